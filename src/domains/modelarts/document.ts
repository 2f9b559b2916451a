import { existsSync, readFileSync } from 'node:fs';
import { apiDocumentOf } from '../../openapi/document.js';
import type { ApiDocument } from '../../openapi/operation.js';
import type { Links, Target } from './links.js';

/** Beside the sources, and in a release, which has none. */
const PLACES = ['../../../schema/openapi/modelarts.json', '../../openapi/modelarts.json'];

/** The OpenAPI document of ModelArts, as `npm run generate:modelarts` makes it. */
export function modelArtsText(): string {
  const found = PLACES.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place));
  if (!found) throw new Error('schema/openapi/modelarts.json is missing');
  return readFileSync(found, 'utf8');
}

/** The document, and what it says of how its objects hang together. */
export interface ModelArtsDocument {
  /** Its operations have their paths on the platform itself. */
  api: ApiDocument;
  targets: Readonly<Record<string, Target>>;
  links: Links;
}

interface Written {
  servers: unknown;
  'x-isthmus-targets': Readonly<Record<string, Target>>;
  'x-isthmus-links': Links;
}

function read(): ModelArtsDocument {
  const written = JSON.parse(modelArtsText()) as Written;
  const {
    servers: _forwarding,
    'x-isthmus-targets': targets,
    'x-isthmus-links': links,
    ...document
  } = written;
  return { api: apiDocumentOf(document), targets, links };
}

let known: ModelArtsDocument | undefined;

/** Read when it is needed first. */
export const modelArtsDocument = (): ModelArtsDocument => (known ??= read());
