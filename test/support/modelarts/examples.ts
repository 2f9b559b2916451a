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

export interface ExampleArguments {
  path: Record<string, string>;
  query: Record<string, Json>;
  body: Json | undefined;
}

/** Every argument that the operation knows, or none that it can do without. */
export function exampleArguments(
  operation: CatalogueOperation,
  projectId: string,
  isFull: boolean,
): ExampleArguments {
  const query = (isFull ? operation.query : required(operation.query)).map((field) => [
    field.name,
    PAGING[field.name] ?? fieldSample(field.name, field, 0),
  ]);
  const needsBody = required(operation.body).length > 0 || (isFull && operation.body.length > 0);
  return {
    path: examplePath(operation, projectId),
    query: Object.fromEntries(query) as Record<string, Json>,
    body: needsBody ? exampleBody(operation) : undefined,
  };
}

/** The same as a request. */
export function exampleOf(operation: CatalogueOperation, projectId: string, isFull: boolean): Example {
  const { path, query, body } = exampleArguments(operation, projectId, isFull);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? value : [value])
      search.append(name, typeof each === 'object' ? JSON.stringify(each) : String(each));
  return {
    method: operation.method,
    target: filled(operation.path, path) + (search.size === 0 ? '' : `?${search.toString()}`),
    mediaType: body === undefined ? undefined : (operation.contentType ?? 'application/json'),
    body,
  };
}

function exampleBody(operation: CatalogueOperation): Json {
  const members = bodyMembers(operation);
  if (members) return membersSample(members, 0);
  const [items] = operation.body;
  return items ? fieldSample('item', items, 0) : null;
}
