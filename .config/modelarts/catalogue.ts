// The catalogue: schema/modelarts/operations.yaml, types.yaml and graph.yaml as they are written.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface CatalogueField {
  name: string;
  /** string, integer, number, boolean, object, array, array<T>, map<string,T> or the name of a type. */
  type: string;
  required?: boolean;
  /** What the SDK declares; nothing else is allowed. */
  enum?: string[];
  /** What a comment lists; there may be others. */
  values?: string[];
}

export interface CatalogueOperation {
  group: string;
  name: string;
  description: string;
  operationId: string;
  method: string;
  path: string;
  altPath?: string;
  contentType?: string;
  query: CatalogueField[];
  bodyType?: string;
  body: CatalogueField[];
  responseType?: string;
  response: CatalogueField[];
  source: string;
}

export interface CatalogueType {
  name: string;
  source: string;
  fields: CatalogueField[];
}

/** What the catalogue does not say, as graph.yaml explains it. */
export interface GraphNotes {
  groups: Record<string, { field: string; noun?: string; main?: string }>;
  fields: Record<string, string>;
  reads: string[];
  paging: Record<string, unknown>;
  targets: Record<string, { type: string }>;
  links: Record<string, unknown>;
}

export interface Catalogue {
  operations: CatalogueOperation[];
  types: ReadonlyMap<string, CatalogueType>;
  notes: GraphNotes;
}

type WrittenTypes = Record<
  'primary' | 'support',
  Record<string, { source: string; fields: Record<string, Omit<CatalogueField, 'name'>> }>
>;

const folder = new URL('../../schema/modelarts/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));

export function readCatalogue(): Catalogue {
  const { primary, support } = read('types.yaml') as WrittenTypes;
  const types = Object.entries({ ...primary, ...support }).map(([name, { source, fields }]) => ({
    name,
    source,
    fields: Object.entries(fields).map(([field, rest]) => ({ name: field, ...rest })),
  }));
  return {
    operations: read('operations.yaml') as CatalogueOperation[],
    types: new Map(types.map((type) => [type.name, type])),
    notes: read('graph.yaml') as GraphNotes,
  };
}
