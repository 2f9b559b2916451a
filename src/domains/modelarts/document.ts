import { existsSync, readFileSync } from 'node:fs';
import { apiDocumentOf } from '../../openapi/document.js';
import type { ApiDocument } from '../../openapi/operation.js';
import type { Links, Target } from './links.js';

/** Beside the sources, and in a release, which has none. */
const PLACES = ['../../../schema/openapi/modelarts.json', '../../openapi/modelarts.json'];

/** Its one server. */
const SERVER = /"url": "\/sys\/transmit"/;

/** The OpenAPI document of ModelArts, as `npm run generate:modelarts` makes it, on a server below this path. */
export function modelArtsText(base = ''): string {
  const found = PLACES.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place));
  if (!found) throw new Error('schema/openapi/modelarts.json is missing');
  return readFileSync(found, 'utf8').replace(SERVER, (server) => server.replace('/', `${base}/`));
}

/** How its objects hang together. */
export interface Notes {
  targets: Readonly<Record<string, Target>>;
  links: Links;
}

interface Written {
  servers: unknown;
  'x-isthmus-targets': Notes['targets'];
  'x-isthmus-links': Notes['links'];
}

function read(): { document: ApiDocument; notes: Notes } {
  const { servers: _forwarding, ...written } = JSON.parse(modelArtsText()) as Written;
  const { 'x-isthmus-targets': targets, 'x-isthmus-links': links } = written;
  return { document: apiDocumentOf(written), notes: { targets, links } };
}

let known: ReturnType<typeof read> | undefined;

/** Its operations, by their paths on the platform itself; read when it is needed first. */
export const modelArtsDocument = (): ApiDocument => (known ??= read()).document;

export const modelArtsNotes = (): Notes => (known ??= read()).notes;
