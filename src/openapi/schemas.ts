import type { ApiDocument, Schema } from './operation.js';

const NAMED = '#/components/schemas/';

/** How schemas refer to the one of that name. */
export const referenceTo = (name: string): string =>
  `${NAMED}${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The name of the schema that `$ref` of a read document means. */
export const nameOf = (reference: string): string =>
  reference.slice(NAMED.length).replaceAll('~1', '/').replaceAll('~0', '~');

/** The schema that a reference of a read document means. */
export const schemaOf = ({ schemas }: Pick<ApiDocument, 'schemas'>, reference: string): Schema => {
  const name = nameOf(reference);
  return (Object.hasOwn(schemas, name) && schemas[name]) || {};
};

/** The schema itself, where it only refers to another one. */
export function resolved(document: Pick<ApiDocument, 'schemas'>, schema: Schema): Schema {
  let found = schema;
  while (typeof found.$ref === 'string' && Object.keys(found).length === 1)
    found = schemaOf(document, found.$ref);
  return found;
}
