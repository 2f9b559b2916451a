import { expect, test } from 'vitest';
import { apiDocumentOf } from '../../src/openapi/document.js';
import { documentOf } from './support/documents.js';

/** Seconds of a processor that reading takes, whatever else the machine does. */
function secondsFor(read: () => unknown): number {
  const before = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const parametersOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${name}${index}`, in: 'query' }));

test('very many parameters of an operation and of its path are read in linear time', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `p${index}`);
  const document = documentOf({
    paths: {
      [`/${names.map((name) => `{${name}}`).join('/')}`]: {
        parameters: [
          ...parametersOf('shared', 40_000),
          ...names.map((name) => ({ name, in: 'path', required: true })),
        ],
        get: { operationId: 'it', parameters: parametersOf('own', 40_000), responses: {} },
      },
    },
  });
  let count = 0;
  // Compared with one another, 80,000 take a minute.
  expect(
    secondsFor(() => (count = apiDocumentOf(document).operations.get('it')?.parameters.length ?? 0)),
  ).toBeLessThan(10);
  expect(count).toBe(82_000);
});

test('operations that share the parameters of their path have so many in all', () => {
  const path = { parameters: parametersOf('shared', 20_000) };
  const verbs = ['get', 'put', 'post', 'patch', 'delete', 'head'];
  const item = { ...path, ...Object.fromEntries(verbs.map((verb) => [verb, { responses: {} }])) };
  expect(() => apiDocumentOf(documentOf({ paths: { '/a': item } }))).toThrow(
    '/paths: has operations with more than 100000 parameters in all',
  );
});

test('what very many operations refer to is read once', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`property${index}`, { type: 'string' }]),
  );
  const schema = { type: 'object', properties };
  const json = { content: { 'application/json': { schema } } };
  const servers = Array.from({ length: 2_000 }, () => ({ url: 'https://x.example/base' }));
  const security = Array.from({ length: 2_000 }, () => ({ key: [] }));
  const operation = {
    parameters: [{ $ref: '#/components/parameters/Large' }],
    requestBody: { $ref: '#/components/requestBodies/Large' },
    responses: { 200: { $ref: '#/components/responses/Large' } },
  };
  const paths = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`/a${index}`, { post: operation }]),
  );
  const components = {
    parameters: { Large: { name: 'large', in: 'query', schema } },
    requestBodies: { Large: json },
    responses: { Large: json },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } },
  };
  const { operations } = apiDocumentOf(documentOf({ servers, security, paths, components }));
  expect(operations.size).toBe(2_000);
  const [first, ...others] = operations.values();
  for (const { parameters, body, answer, security: needed, path } of others) {
    expect(parameters[0]?.schema).toBe(first?.parameters[0]?.schema);
    expect(body?.schema).toBe(first?.body?.schema);
    expect(answer).toBe(first?.answer);
    expect(needed).toBe(first?.security);
    expect(path).toMatch(/^\/base\/a/);
  }
});
