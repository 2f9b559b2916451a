import { type CatalogueOperation, type Field, bodyMembers, filled, parameterIn } from './catalogue.js';
import { COLLECTIONS, PARAMETERS } from './collections.js';
import { collectionAt } from './operations.js';
import { type Json, fieldSample, membersSample } from './samples.js';

/** A request that an operation takes. */
export interface Example {
  method: string;
  /** Path and query. */
  target: string;
  mediaType: string | undefined;
  body: Json | undefined;
}

/** Values for a path's parameters that lead to what is there at first. */
export function examplePath({ path }: CatalogueOperation, projectId: string): Record<string, string> {
  const values: Record<string, string> = {};
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const name = parameterIn(segment);
    if (name === undefined) continue;
    const collection = collectionAt(segments.slice(0, index + 1).join('/')) ?? PARAMETERS[name];
    values[name] = collection === undefined ? `${name}-0` : `${COLLECTIONS[collection].noun}-0`;
  }
  return { ...values, project_id: projectId };
}

/** What asks for the second page of one item. */
const PAGING: Readonly<Record<string, string>> = {
  offset: '1',
  limit: '1',
  continue: Buffer.from('from:1').toString('base64url'),
};

const required = <F extends Field>(fields: readonly F[]) => fields.filter((field) => field.required === true);

/** A request with every argument that the operation knows, or with none that it can do without. */
export function exampleOf(operation: CatalogueOperation, projectId: string, isFull: boolean): Example {
  const query = new URLSearchParams();
  for (const field of isFull ? operation.query : required(operation.query)) {
    const value = PAGING[field.name] ?? fieldSample(field.name, field, 0);
    for (const each of Array.isArray(value) ? value : [value])
      query.append(field.name, typeof each === 'object' ? JSON.stringify(each) : String(each));
  }
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const needsBody = required(operation.body).length > 0 || (isFull && operation.body.length > 0);
  return {
    method: operation.method,
    target: filled(operation.path, examplePath(operation, projectId)) + search,
    mediaType: needsBody ? (operation.contentType ?? 'application/json') : undefined,
    body: needsBody ? exampleBody(operation) : undefined,
  };
}

function exampleBody(operation: CatalogueOperation): Json {
  const members = bodyMembers(operation);
  if (members) return membersSample(members, 0);
  const [items] = operation.body;
  return items ? fieldSample('item', items, 0) : null;
}
