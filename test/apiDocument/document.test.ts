import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DomainError } from '../../src/kernel/errors.js';
import { apiDocumentOf, readApiDocument } from '../../src/openapi/document.js';
import { resolved } from '../../src/openapi/schemas.js';
import { documentOf, documentWith } from './support/documents.js';

/** What is told of a document: `place: message`. */
function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_INPUT')
      return (error.details.fields ?? []).map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const faultsIn = (value: unknown) => faultsOf(() => apiDocumentOf(value));
const operationOf = (value: unknown, id = 'it') => apiDocumentOf(value).operations.get(id);

const PETS = documentOf({
  openapi: '3.0.3',
  servers: [{ url: 'https://pets.example/api/{version}/', variables: { version: { default: 'v3' } } }],
  security: [{ key: [] }],
  paths: {
    '/pets/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: {
        operationId: 'showPet',
        summary: 'Shows a pet',
        tags: ['pets'],
        'x-isthmus-group': 'pets',
        parameters: [{ name: 'fields', in: 'query', schema: { type: 'array', items: { type: 'string' } } }],
        responses: { 404: {}, 200: { $ref: '#/components/responses/Pet' } },
      },
      put: {
        requestBody: { $ref: '#/components/requestBodies/Pet' },
        responses: { default: { description: 'Fine' } },
        security: [{}],
      },
    },
  },
  components: {
    parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'integer' } } },
    responses: { Pet: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
    requestBodies: {
      Pet: {
        required: true,
        content: {
          'application/xml': {},
          'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Pet' } },
        },
      },
    },
    schemas: {
      Pet: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', nullable: true, enum: ['a', 'b'] },
          age: { type: 'integer', minimum: 0, exclusiveMinimum: true, xml: {}, example: 1 },
          parent: { $ref: '#/components/schemas/Pet' },
          first: { $ref: '#/components/schemas/Pet/properties/name' },
        },
      },
    },
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      user: { type: 'http', scheme: 'Basic' },
      token: { type: 'http', scheme: 'bearer' },
      cloud: { type: 'oauth2', flows: {} },
      odd: { type: 'http', scheme: 'digest' },
    },
  },
});

describe('a document is read', () => {
  test.each([
    ['parsed', () => apiDocumentOf(PETS)],
    ['as JSON', () => readApiDocument(`\ufeff  ${JSON.stringify(PETS)}`)],
    ['as YAML', () => readApiDocument(stringify(PETS))],
    ['as YAML with anchors', () => readApiDocument(stringify({ ...PETS, 'x-again': PETS.paths }))],
  ])('%s', (_how, read) => {
    const document = read();
    expect({ ...document, operations: [...document.operations.values()] }).toMatchObject({
      title: 'Things',
      version: '1',
      operations: [
        {
          id: 'showPet',
          method: 'GET',
          path: '/api/v3/pets/{id}',
          summary: 'Shows a pet',
          description: '',
          tags: ['pets'],
          parameters: [
            { name: 'fields', in: 'query', required: false, style: 'form', explode: true },
            {
              name: 'id',
              argument: 'id',
              in: 'path',
              required: true,
              style: 'simple',
              schema: { type: 'integer' },
            },
          ],
          body: null,
          answer: { $ref: '#/components/schemas/Pet' },
          security: [['key']],
          extensions: { 'x-isthmus-group': 'pets' },
        },
        {
          id: 'PUT /pets/{id}',
          body: { required: true, mediaType: 'application/json; charset=utf-8' },
          answer: null,
          security: [[]],
        },
      ],
      securitySchemes: {
        key: { kind: 'apiKey', in: 'header', name: 'X-Key' },
        user: { kind: 'basic' },
        token: { kind: 'bearer' },
        cloud: { kind: 'bearer' },
        odd: { kind: 'other', is: 'digest' },
      },
    });
    expect(document.schemas.Pet).toEqual({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: ['string', 'null'], enum: ['a', 'b', null] },
        age: { type: 'integer', minimum: 0, exclusiveMinimum: 0 },
        parent: { $ref: '#/components/schemas/Pet' },
        first: { $ref: '#/components/schemas/components~1schemas~1Pet~1properties~1name' },
      },
    });
    const first = { $ref: '#/components/schemas/components~1schemas~1Pet~1properties~1name' };
    expect(resolved(document, first)).toEqual({ type: ['string', 'null'], enum: ['a', 'b', null] });
  });

  test('a name that is taken names its place', () => {
    const operation = operationOf(
      documentWith(
        {
          parameters: [
            { name: 'id', in: 'path', required: true },
            { name: 'id', in: 'query' },
            { name: 'body', in: 'header' },
            { name: 'Authorization', in: 'header' },
            { name: 'session', in: 'cookie' },
          ],
        },
        { path: '/things/{id}' },
      ),
    );
    expect(operation?.parameters.map(({ argument }) => argument)).toEqual(['id', 'query_id', 'header_body']);
  });

  test.each([
    [{ servers: [] }, '/things'],
    [
      { servers: [{ url: `/${'{a}'.repeat(100_000)}`, variables: { a: { default: 'x'.repeat(100_000) } } }] },
      '/things',
    ],
    [{ servers: [{ url: '/{a}', variables: { a: { default: 'x'.repeat(129) } } }] }, '/things'],
    [{ servers: [{ url: '/base/' }] }, '/base/things'],
    [{ servers: [{ url: 'https://host:8443' }] }, '/things'],
    [{ servers: [{ url: '{scheme}://{host}/a' }] }, '/a/things'],
    [{ servers: [{ url: 'http://x/a b' }] }, '/a%20b/things'],
  ])('the path of the first server begins that of an operation: %j', (parts, path) => {
    expect(operationOf(documentWith({}, parts))?.path).toBe(path);
  });
});

describe('a bad document is refused with its places', () => {
  test.each([
    ['nothing', '', ': must be an OpenAPI document'],
    ['a text', 'hello', ': must be an OpenAPI document'],
    ['JSON that ends', '{"openapi": "3.1.0",\n', ': is no valid YAML: line 2'],
    ['JSON that goes wrong', '{\n"openapi": "3.1.0"\n"info": {}}', ': is no valid YAML: line 3'],
    ['YAML', 'openapi: 3.1.0\ninfo: [', ': is no valid YAML: line 2'],
    ['levels', `{"a":${'['.repeat(101)}${']'.repeat(101)}}`, ': nests deeper than 100 levels'],
    ['levels of YAML', `a: ${'['.repeat(101)}${']'.repeat(101)}`, ': nests deeper than 100 levels'],
    ['bytes', ' '.repeat(8_388_609), ': is larger than 8388608 bytes'],
    [
      'bytes of YAML',
      `a: ${'b'.repeat(2_097_152)}`,
      ': is no valid JSON, and larger than the 2097152 bytes that YAML may have',
    ],
    ['values', JSON.stringify({ a: Array(500_001).fill(1) }), ': has more than 500000 values'],
    [
      'aliases',
      `a: &a [1,1,1,1,1,1,1,1]\n${'bcdefghijk'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(8).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
        .join('\n')}`,
      ': must not use so many YAML aliases',
    ],
    ['Swagger', '{"swagger": "2.0", "info": {"title": "", "version": ""}}', '/openapi: is required'],
    [
      'another version',
      JSON.stringify(documentOf({ openapi: '4.0.0' })),
      '/openapi: must be a version 3.0 or 3.1',
    ],
  ])('%s', (_what, text, fault) => {
    expect(faultsOf(() => readApiDocument(text))).toEqual([fault]);
  });

  test('levels without end', () => {
    expect(faultsOf(() => readApiDocument(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`))).toHaveLength(1);
  });

  test('an alias within itself', () => {
    expect(faultsOf(() => readApiDocument('openapi: &a [*a]'))).toHaveLength(1);
  });

  test('all places at once', () => {
    const wrong = documentOf({
      info: { title: 1 },
      security: [{ nobody: [] }],
      paths: {
        things: {},
        '/a/{id}': {
          get: { operationId: 'same', responses: {} },
          put: { operationId: 'same', parameters: [{ name: 'id', in: 'path' }], security: [] },
          post: {
            parameters: [{ name: 'q', in: 'somewhere' }, { $ref: '#/nowhere' }, { $ref: 'other.yaml' }],
          },
        },
        '/b': {
          get: [],
          post: { requestBody: { content: { 'application/json': { schema: { type: 'text' } } } } },
        },
        '/c': {
          get: {
            parameters: [
              { name: 'a', in: 'query', style: 'label', schema: 7 },
              { name: 'b', in: 'query' },
              { name: 'b', in: 'query' },
              { name: 'b c', in: 'header' },
            ],
          },
        },
      },
      components: {
        schemas: {
          Circle: { allOf: [{ $ref: '#/components/schemas/Other' }] },
          Other: { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/Circle' }] },
          Wrong: { minLength: -1, properties: [], required: 'name', oneOf: {}, $ref: '#/no/such' },
          Fine: { properties: { next: { $ref: '#/components/schemas/Fine' } } },
        },
        securitySchemes: { odd: { type: 'secret' }, key: { type: 'apiKey', in: 'body' } },
      },
    });
    expect(faultsIn(wrong).toSorted()).toEqual(
      [
        '/info/title: must be a text',
        '/info/version: is required',
        '/components/securitySchemes/odd/type: must be one of apiKey, http, oauth2, openIdConnect, mutualTLS',
        '/components/securitySchemes/key/in: must be header, query or cookie',
        '/components/securitySchemes/key/name: is required',
        '/paths/things: must start with / and have neither ? nor #',
        '/paths/~1a~1{id}/get: has no path parameter "id", which stands in its path',
        '/paths/~1a~1{id}/put/operationId: "same" is the id of another operation, too',
        '/paths/~1a~1{id}/post/parameters/0/in: must be path, query, header or cookie',
        '/paths/~1a~1{id}/post/parameters/1/$ref: "#/nowhere" is not in the document',
        '/paths/~1a~1{id}/post/parameters/2/$ref: must be a reference within the document: #/…',
        '/paths/~1a~1{id}/post: has no path parameter "id", which stands in its path',
        '/security/0: "nobody" is not among /components/securitySchemes',
        '/paths/~1b/get: must be an object',
        '/paths/~1b/post/requestBody/content/application~1json/schema/type: must be one of string, number, integer, boolean, array, object, null, or a list of them',
        '/paths/~1c/get/parameters/0/style: must be one of form, spaceDelimited, pipeDelimited, deepObject in the query',
        '/paths/~1c/get/parameters/0/schema: must be a schema',
        '/paths/~1c/get/parameters/2: "b" is there twice',
        '/paths/~1c/get/parameters/3/name: is no name of a header',
        '/components/schemas/Wrong/$ref: "#/no/such" is not in the document',
        '/components/schemas/Wrong/minLength: must not be negative',
        '/components/schemas/Wrong/required: must be a list of names',
        '/components/schemas/Wrong/oneOf: must be a list of schemas',
        '/components/schemas/Wrong/properties: must be schemas by name',
        '/components/schemas/Circle: refers to itself in a circle',
      ].toSorted(),
    );
  });

  test('many faults are counted', () => {
    const paths = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p${index}`, {}]));
    expect(faultsIn(documentOf({ paths }))).toHaveLength(51);
    expect(faultsIn(documentOf({ paths })).at(-1)).toBe(': and 10 more');
  });

  test('thousands of operations', () => {
    const many = (count: number) =>
      documentOf({
        paths: Object.fromEntries(Array.from({ length: count }, (_, index) => [`/p${index}`, { get: {} }])),
      });
    expect(faultsIn(many(2000))).toEqual([]);
    expect(faultsIn(many(2001))).toEqual(['/paths: has 2001 operations; a document may have 2000']);
  });

  test('references in a long row', () => {
    const row = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [`s${index}`, { $ref: `#/components/schemas/s${index + 1}` }]),
      );
    const schemas = (length: number) => ({ components: { schemas: { ...row(length), [`s${length}`]: {} } } });
    expect(faultsIn(documentOf(schemas(40)))).toEqual([]);
    expect(faultsIn(documentOf(schemas(50_000)))[0]).toContain('schemas refer to in turn');
    const parameters = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `p${index}`,
        { $ref: `#/components/parameters/p${(index + 1) % 40}` },
      ]),
    );
    const circle = documentWith(
      { parameters: [{ $ref: '#/components/parameters/p0' }] },
      { components: { parameters } },
    );
    expect(faultsIn(circle)).toEqual(['/paths/~1things/get/parameters/0/$ref: refers on more than 16 times']);
  });

  test('names that objects have of themselves', () => {
    const text = JSON.stringify(
      documentOf({ components: { schemas: { constructor: { type: 'string' } } } }),
    ).replace('"constructor"', '"__proto__"');
    expect(Object.keys(readApiDocument(text).schemas)).toEqual(['__proto__']);
    const missing = documentOf({ paths: { '/a': { $ref: '#/paths/constructor' } } });
    expect(faultsIn(missing)).toEqual(['/paths/~1a/$ref: "#/paths/constructor" is not in the document']);
  });
});

test.each(['header', 'cookie'])('a key is in a %s that there can be', (place) => {
  const schemes = (name: string) => ({
    components: { securitySchemes: { key: { type: 'apiKey', in: place, name } } },
  });
  for (const name of ['X: y', 'a b', 'é', 'a\r\nb'])
    expect(faultsIn(documentOf(schemes(name)))).toEqual([
      '/components/securitySchemes/key/name: is no name of a header or cookie',
    ]);
  expect(faultsIn(documentOf(schemes('X-Key')))).toEqual([]);
});
