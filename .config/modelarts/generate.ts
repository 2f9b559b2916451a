// Writes schema/openapi/modelarts.json from schema/modelarts.
import { writeFileSync } from 'node:fs';
import { readCatalogue } from './catalogue.ts';
import { modelArtsText } from './document.ts';

writeFileSync(
  new URL('../../schema/openapi/modelarts.json', import.meta.url),
  modelArtsText(readCatalogue()),
);
