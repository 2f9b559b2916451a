/** A document of version 3.1 with these parts. */
export const documentOf = (parts: Record<string, unknown> = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {},
  ...parts,
});

/** A document with one operation, of the id `it`. */
export const documentWith = (
  operation: Record<string, unknown>,
  {
    path = '/things',
    method = 'get',
    ...parts
  }: Record<string, unknown> & { path?: string; method?: string } = {},
) =>
  documentOf({
    ...parts,
    paths: { [path]: { [method]: { operationId: 'it', responses: {}, ...operation } } },
  });
