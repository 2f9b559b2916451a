import { existsSync, readFileSync } from 'node:fs';
import { apiDocumentOf } from '../../openapi/document.js';
import type { ApiDocument } from '../../openapi/operation.js';

/** Beside the sources, and in a release, which has none. */
const PLACES = ['../../../schema/openapi/modelarts.json', '../../openapi/modelarts.json'];

/** The OpenAPI document of ModelArts, as `npm run generate:modelarts` makes it. */
export function modelArtsText(): string {
  const found = PLACES.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place));
  if (!found) throw new Error('schema/openapi/modelarts.json is missing');
  return readFileSync(found, 'utf8');
}

function read(): ApiDocument {
  const { servers: _forwarding, ...document } = JSON.parse(modelArtsText()) as Record<string, unknown>;
  return apiDocumentOf(document);
}

let known: ApiDocument | undefined;

/** Its operations, by their paths on the platform itself; read when it is needed first. */
export const modelArtsDocument = (): ApiDocument => (known ??= read());
