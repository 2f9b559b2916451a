import { describe, expect, test } from 'vitest';
import { announcedBreaks, compareVersions, isAnnounced, releasesIn } from './changelog.js';
import { graphqlBreaks } from './graphql.js';
import { openApiBreaks } from './openapi.js';

interface Item extends Record<string, unknown> {
  properties: Record<string, Record<string, unknown>>;
  required: string[];
}

/** One operation with a parameter, a body and an answer that holds itself. */
function sample() {
  const item: Item = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 64 },
      size: { type: 'integer' },
      kind: { enum: ['A', 'B'] },
      parts: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
    },
    required: ['name'],
  };
  const body: Item = {
    type: 'object',
    properties: { name: { type: 'string', minLength: 1, maxLength: 64 }, kind: { enum: ['A', 'B'] } },
    required: ['name'],
  };
  const operation = {
    operationId: 'setItem',
    security: [{ token: [] }, {}] as Record<string, string[]>[],
    parameters: [{ name: 'page', in: 'query', required: false, schema: { type: 'integer', default: 1 } }],
    requestBody: { required: false, content: { 'application/json': { schema: body } } },
    responses: {
      200: {
        headers: { 'X-Request-Id': { schema: { type: 'string' } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
      },
      404: {},
    } as Record<string, object>,
  };
  const document = {
    servers: [{ url: '/v1' }],
    paths: { '/item': { put: operation } },
    components: { schemas: { Item: item } },
  };
  return { document, operation, item, body };
}

type Sample = ReturnType<typeof sample>;

function breaksAfter(
  change: (after: Sample) => void,
  prepare: (before: Sample) => void = () => {},
): string[] {
  const [before, after] = [sample(), sample()];
  prepare(before);
  prepare(after);
  change(after);
  return openApiBreaks(before.document, after.document);
}

const PLACE = 'PUT /item: ';

describe('what breaks a client of an OpenAPI document', () => {
  test.each<[string, (after: Sample) => void]>([
    ['/v1: was removed', ({ document }) => (document.servers = [{ url: '/v2' }])],
    ['PUT /item: was removed', ({ document }) => Object.assign(document, { paths: {} })],
    ['PUT /item: was removed', ({ document }) => Object.assign(document.paths, { '/item': { get: {} } })],
    [`${PLACE}operationId is now putItem`, ({ operation }) => (operation.operationId = 'putItem')],
    [`${PLACE}no token no longer suffices`, ({ operation }) => operation.security.pop()],
    [`${PLACE}query page was removed`, ({ operation }) => (operation.parameters = [])],
    [
      `${PLACE}query page is now required`,
      ({ operation }) => Object.assign(operation.parameters[0] ?? {}, { required: true }),
    ],
    [
      `${PLACE}query size is now required`,
      ({ operation }) =>
        operation.parameters.push({
          name: 'size',
          in: 'query',
          required: true,
          schema: { type: 'integer', default: 1 },
        }),
    ],
    [
      `${PLACE}query page default is now 2`,
      ({ operation }) => Object.assign(operation.parameters[0]?.schema ?? {}, { default: 2 }),
    ],
    [
      `${PLACE}query page is written in another way`,
      ({ operation }) => Object.assign(operation.parameters[0] ?? {}, { explode: false }),
    ],
    [`${PLACE}body is now required`, ({ operation }) => (operation.requestBody.required = true)],
    [`${PLACE}body was removed`, ({ operation }) => Reflect.deleteProperty(operation, 'requestBody')],
    [
      `${PLACE}body application/json was removed`,
      ({ operation }) => Object.assign(operation.requestBody, { content: { 'text/plain': {} } }),
    ],
    [`${PLACE}body kind was removed`, ({ body }) => Reflect.deleteProperty(body.properties, 'kind')],
    [`${PLACE}body kind is now required`, ({ body }) => body.required.push('kind')],
    [`${PLACE}body kind B is no longer taken`, ({ body }) => (body.properties.kind = { enum: ['A', 'C'] })],
    [
      `${PLACE}body name type is now integer`,
      ({ body }) => Object.assign(body.properties.name ?? {}, { type: 'integer' }),
    ],
    [
      `${PLACE}body name maxLength is now 10`,
      ({ body }) => Object.assign(body.properties.name ?? {}, { maxLength: 10 }),
    ],
    [
      `${PLACE}body name minLength is now 2`,
      ({ body }) => Object.assign(body.properties.name ?? {}, { minLength: 2 }),
    ],
    [
      `${PLACE}body name pattern is now ^a`,
      ({ body }) => Object.assign(body.properties.name ?? {}, { pattern: '^a' }),
    ],
    [
      `${PLACE}body name what is not listed is no longer taken`,
      ({ body }) => Object.assign(body.properties.name ?? {}, { enum: ['a'] }),
    ],
    [`${PLACE}body additionalProperties is now false`, ({ body }) => (body.additionalProperties = false)],
    [`${PLACE}body allOf is now [{}]`, ({ body }) => (body.allOf = [{}])],
    [`${PLACE}404 was removed`, ({ operation }) => Reflect.deleteProperty(operation.responses, '404')],
    [
      `${PLACE}200 header X-Request-Id was removed`,
      ({ operation }) => Object.assign(operation.responses[200] ?? {}, { headers: {} }),
    ],
    [
      `${PLACE}200 application/json was removed`,
      ({ operation }) => Object.assign(operation.responses[200] ?? {}, { content: {} }),
    ],
    [`${PLACE}200 size was removed`, ({ item }) => Reflect.deleteProperty(item.properties, 'size')],
    [`${PLACE}200 name may now be missing`, ({ item }) => (item.required = [])],
    [
      `${PLACE}200 name type is now ["string","null"]`,
      ({ item }) => Object.assign(item.properties.name ?? {}, { type: ['string', 'null'] }),
    ],
    [`${PLACE}200 name type is now any`, ({ item }) => (item.properties.name = { maxLength: 64 })],
    [
      `${PLACE}200 name maxLength is now 65`,
      ({ item }) => Object.assign(item.properties.name ?? {}, { maxLength: 65 }),
    ],
    [`${PLACE}200 name maxLength is now any`, ({ item }) => (item.properties.name = { type: 'string' })],
    [
      `${PLACE}200 parts[] type is now any`,
      ({ item }) => Object.assign(item.properties.parts ?? {}, { items: {} }),
    ],
  ])('%s', (told, change) => {
    expect(breaksAfter(change)).toContain(told);
  });

  test('null that is no longer taken', () => {
    const nullable = (sampled: Sample) =>
      (sampled.body.properties.name = { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] });
    const change = ({ body }: Sample) => (body.properties.name = { type: 'string', minLength: 1 });
    expect(breaksAfter(change, nullable)).toEqual([`${PLACE}body name type is now string`]);
  });

  test.each<[string, (after: Sample) => void]>([
    ['nothing', () => {}],
    ['another operation', ({ document }) => Object.assign(document.paths, { '/other': { get: {} } })],
    [
      'a parameter that may be left out',
      ({ operation }) =>
        operation.parameters.push({
          name: 'size',
          in: 'query',
          required: false,
          schema: { type: 'integer', default: 1 },
        }),
    ],
    ['a property that may be sent', ({ body }) => (body.properties.size = { type: 'integer' })],
    ['more that is taken', ({ body }) => (body.properties.kind = { enum: ['A', 'B', 'C'] })],
    ['a wider bound', ({ body }) => (body.properties.name = { type: 'string', minLength: 0, maxLength: 65 })],
    [
      'any number',
      ({ operation }) => Object.assign(operation.parameters[0]?.schema ?? {}, { type: 'number' }),
    ],
    ['a body that may be partial', ({ body }) => (body.required = [])],
    ['a property that is answered', ({ item }) => (item.properties.time = { type: 'integer' })],
    ['one that is always answered', ({ item }) => item.required.push('size')],
    ['another value that is answered', ({ item }) => (item.properties.kind = { enum: ['A', 'B', 'C'] })],
    [
      'a form that is told',
      ({ item }) => Object.assign(item.properties.name ?? {}, { pattern: '^a', maxLength: 10 }),
    ],
    ['another answer', ({ operation }) => (operation.responses[409] = {})],
    ['other words', ({ item }) => Object.assign(item, { description: 'An item', example: {} })],
    ['another way in', ({ operation }) => operation.security.push({ cookie: [] })],
  ])('is not: %s', (_what, change) => {
    expect(breaksAfter(change)).toEqual([]);
  });
});

describe('what breaks a client of the graph', () => {
  const before =
    'type Query { item(id: ID): Item } type Item @key(fields: "id") @key(fields: "name") { id: ID! name: String! }';

  test('a field that was removed, an argument that is required, a key that is gone', () => {
    const after = 'type Query { item(id: ID!): Item } type Item @key(fields: "id") { id: ID! }';
    expect(graphqlBreaks(before, after)).toEqual([
      'Query.item arg id has changed type from ID to ID!.',
      'Item.name was removed.',
      'Item @key(fields: "name") was removed.',
    ]);
  });

  test('is not a field that is new', () => {
    expect(graphqlBreaks(before, before.replace('id: ID!', 'id: ID! size: Int'))).toEqual([]);
  });
});

describe('what the changelog announces', () => {
  const changelog = [
    '# Changelog',
    '## Unreleased',
    '`ote elsewhere`',
    '### Migration to 0.10.0',
    '- `ote GET /a: was removed`: ask for `/b`.',
    '#### More',
    '- `* pattern is now *`',
    '### Fixed',
    '- `ote after`',
    '## 0.9.0',
    '### Migration to 0.9.0',
    '- `ote of old`',
  ].join('\n');

  test('stands in code below "Migration to" what comes next', () => {
    expect(announcedBreaks(changelog, '0.9.0', ['ote'])).toEqual([
      'ote GET /a: was removed',
      '* pattern is now *',
    ]);
    expect(releasesIn(changelog)).toEqual(['0.9.0']);
    expect(['0.10.0', '0.9.0'].toSorted(compareVersions)).toEqual(['0.9.0', '0.10.0']);
  });

  test.each([
    ['a b', 'a b', true],
    ['a b c', 'a b', false],
    ['a b c', 'a * c', true],
    ['a b c', '* b *', true],
    ['a b', '* b *', false],
    ['aba', 'ab*ba', false],
    ['abxab', '*ab', true],
  ])('%s by %s: %s', (line, announced, is) => {
    expect(isAnnounced(line, announced)).toBe(is);
  });
});
