import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphQLAnswer, type TestServer, query, startServer } from '../support/server.js';
import { codeOf } from './client.js';
import { connect } from './socket.js';

const SMALL = {
  GRAPHQL_MAX_DEPTH: '3',
  GRAPHQL_MAX_ALIASES: '1',
  GRAPHQL_MAX_ROOT_FIELDS: '2',
  GRAPHQL_MAX_TOKENS: '40',
  GRAPHQL_MAX_DOCUMENT: '200',
  GRAPHQL_MAX_COST: '50',
  GRAPHQL_INTROSPECTION: 'false',
} as const;

/** What lets more through than a parser can follow. */
const LARGE = { GRAPHQL_MAX_TOKENS: '1000000', GRAPHQL_MAX_DOCUMENT: '1000000' } as const;

let server: TestServer;
let strict: TestServer;
let roomy: TestServer;
const tokens = new Map<TestServer, string>();

beforeAll(async () => {
  [server, strict, roomy] = await Promise.all([startServer(), startServer(SMALL), startServer(LARGE)]);
  for (const each of [server, strict, roomy]) tokens.set(each, await each.adminToken());
});
afterAll(() => Promise.all([server.stop(), strict.stop(), roomy.stop()]));

type Door = (
  on: TestServer,
  document: string,
  variables?: Record<string, unknown>,
) => Promise<GraphQLAnswer<unknown>>;

const http: Door = async (on, document, variables = {}) =>
  query(on.url, document, { variables, token: tokens.get(on) });

const webSocket: Door = async (on, document, variables = {}) => {
  const socket = connect(on.url, { token: tokens.get(on) });
  try {
    return await socket.run({ query: document, variables });
  } finally {
    socket.close();
  }
};

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');

/** Root selections of the given depth; nothing else in the graph is recursive. */
const deep = (depth: number) =>
  `__type(name: "User") ${'{ ofType '.repeat(depth - 2)} { name } ${'}'.repeat(depth - 2)}`;

/** Each fragment spreads the next one twice: 2^length fields for whoever follows all of them. */
const doubling = (length: number, type: string, leaf: string) =>
  `${repeat(length, (i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`)} fragment F${length} on ${type} { ${leaf} }`;

interface Limit {
  name: string;
  /** The largest that passes, and what is refused. */
  passes: string;
  refused: string;
  code: string;
  says: string;
}

const LIMITS: Limit[] = [
  {
    name: 'depth',
    passes: `{ ${deep(16)} }`,
    refused: `{ ${deep(17)} }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: 'Query depth limit of 16 exceeded, found 17.',
  },
  {
    name: 'depth through fragments',
    passes: `{ ...A } fragment A on Query { ${deep(16)} }`,
    refused: `{ ...A } fragment A on Query { ${deep(17)} }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: 'Query depth limit of 16 exceeded, found 17.',
  },
  {
    name: 'aliases',
    passes: `{ viewer { ${repeat(30, (i) => `a${i}: name`)} } }`,
    refused: `{ viewer { ${repeat(31, (i) => `a${i}: name`)} } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: 'Aliases limit of 30 exceeded, found 31.',
  },
  {
    name: 'root fields',
    passes: `{ ${repeat(20, (i) => `a${i}: viewer { id }`)} }`,
    refused: `{ ${repeat(21, (i) => `a${i}: viewer { id }`)} }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: 'Root field limit of 20 exceeded, found 21.',
  },
  {
    name: 'root fields through fragments',
    passes: `{ ...A ... on Query { ...B } } fragment A on Query { ${repeat(10, (i) => `a${i}: viewer { id }`)} } fragment B on Query { ${repeat(10, (i) => `b${i}: viewer { id }`)} }`,
    refused: `{ ...A ... on Query { ...B } } fragment A on Query { ${repeat(10, (i) => `a${i}: viewer { id }`)} } fragment B on Query { ${repeat(11, (i) => `b${i}: viewer { id }`)} }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: 'Root field limit of 20 exceeded, found 21.',
  },
  {
    name: 'tokens',
    passes: `{ platforms(filter: { name: { in: [${'"" '.repeat(1977)}] } }) { nodes { id } } }`,
    refused: `{ platforms(filter: { name: { in: [${'"" '.repeat(1978)}] } }) { nodes { id } } }`,
    code: 'GRAPHQL_PARSE_FAILED',
    says: 'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
  },
  {
    name: 'size of the document',
    passes: `{ viewer { id } } #${'x'.repeat(102_400 - 19)}`,
    refused: `{ viewer { id } } #${'x'.repeat(102_400 - 18)}`,
    code: 'BAD_USER_INPUT',
    says: 'query: the document is larger than 102400 bytes',
  },
  {
    name: 'cost',
    passes:
      '{ platforms(first: 499) { nodes { id name kind host port protocol description tlsCa tlsVerify } } }',
    refused:
      '{ platforms(last: 500) { nodes { id name kind host port protocol description tlsCa tlsVerify } } }',
    code: 'BAD_USER_INPUT',
    says: 'query: the operation costs 5001, more than 5000; ask for smaller pages or fewer fields',
  },
];

describe.each([
  ['HTTP', http],
  ['WebSocket', webSocket],
])('over %s', (_name, door) => {
  test.each(LIMITS)('$name', async ({ passes, refused, code, says }) => {
    expect((await door(server, passes)).errors).toEqual([]);
    const { data, errors } = await door(server, refused);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ message: says, extensions: { code, requestId: expect.any(String) } }]);
  });

  test('pages cost their size, whether it stands in the document, in a variable, or is left out', async () => {
    const nodes = `nodes { id name kind host port protocol description tlsCa tlsVerify }`;
    const refusal = { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'query' }] } };
    const byVariable = `query ($n: Int) { a: platforms(first: $n) { ${nodes} } }`;
    expect((await door(server, byVariable, { n: 499 })).errors).toEqual([]);
    expect((await door(server, byVariable, { n: 500 })).errors).toMatchObject([refusal]);
    const byDefault = (count: number) =>
      `{ ${repeat(count, (i) => `a${i}: platforms { edges { ${nodes.replace('nodes', 'node')} } }`)} }`;
    expect((await door(server, byDefault(20))).errors).toEqual([]);
    expect((await door(strict, '{ platforms { nodes { id name } } }')).errors).toMatchObject([
      { message: 'query: the operation costs 61, more than 50; ask for smaller pages or fewer fields' },
    ]);
  });

  test('lists that are cut cost their items', async () => {
    const events = (limit: number) =>
      `{ clusters(first: 10) { nodes { events(limit: ${limit}) { type } } } }`;
    expect((await door(server, events(497))).errors).toEqual([]);
    expect((await door(server, events(498))).errors).toMatchObject([
      { message: 'query: the operation costs 5001, more than 5000; ask for smaller pages or fewer fields' },
    ]);
  });

  test('entities cost each representation', async () => {
    const document = 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }';
    const of = (count: number) => ({
      of: Array.from({ length: count }, () => ({ __typename: 'User', id: '1' })),
    });
    expect((await door(server, document, of(4999))).errors).toEqual([]);
    expect(codeOf(await door(server, document, of(5000)))).toBe('BAD_USER_INPUT');
  });

  test('fragments that double, or go in circles, are answered at once', async () => {
    const atRoot = `{ ...F0 } ${doubling(100, 'Query', 'viewer { id }')}`;
    expect(await door(server, atRoot)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    const below = `{ viewer { ...F0 } } ${doubling(100, 'User', 'id')}`;
    expect(await door(server, below)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    const circle = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }';
    expect(codeOf(await door(server, circle))).toBe('GRAPHQL_VALIDATION_FAILED');
    const itself = '{ viewer { ...A } } fragment A on User { id ...A }';
    expect(codeOf(await door(server, itself))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    'subscription { platformChanged @skip(if: true) { __typename } }',
    'subscription ($if: Boolean!) { platformChanged @include(if: $if) { __typename } }',
    'subscription ($if: Boolean!) { ... @skip(if: $if) { platformChanged { __typename } } }',
    'subscription { ...A } fragment A on Subscription { platformChanged @include(if: false) { __typename } }',
    'query { viewer { id } } subscription S ($if: Boolean!) { platformChanged @skip(if: $if) { __typename } }',
  ])('the field of a subscription depends on nothing: %s', async (document) => {
    expect((await door(server, document, { if: true })).errors).toMatchObject([
      {
        message:
          'query: the field of a subscription is neither skipped nor included; subscribe only when it is wanted',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  test('a document that nests deeper than the parser can follow is told so', async () => {
    const document = `{ __type(name: ${'['.repeat(100_000)}) { name } }`;
    expect((await door(roomy, document)).errors).toMatchObject([
      { message: 'the document nests too deeply', extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ]);
  });

  test('the whole introspection query passes, a circular one does not', async () => {
    const whole = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(await door(server, whole)).toMatchObject({
      errors: [],
      data: { __schema: { queryType: { name: 'Query' } } },
    });
    const circular = `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } } }`;
    expect(codeOf(await door(server, circular))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('every limit is a setting', async () => {
    const refused = async (document: string) =>
      (await door(strict, document)).errors.map(({ message }) => message);
    expect(await refused('{ viewer { id } }')).toEqual([]);
    expect(await refused('{ platforms(first: 1) { edges { node { id } } } }')).toEqual([
      'Query depth limit of 3 exceeded, found 4.',
    ]);
    expect(await refused('{ viewer { a: id b: id } }')).toEqual(['Aliases limit of 1 exceeded, found 2.']);
    expect(await refused('{ __typename viewer { id } a: viewer { id } }')).toEqual([
      'Root field limit of 2 exceeded, found 3.',
    ]);
    expect(await refused(`{ viewer { ${'id '.repeat(40)} } }`)).toEqual([
      expect.stringContaining('more that 40 tokens'),
    ]);
    expect(await refused(`{ viewer { id } } #${'x'.repeat(200)}`)).toEqual([
      expect.stringContaining('larger than 200 bytes'),
    ]);
    expect(await refused('{ platforms(first: 20) { nodes { id name } } }')).toEqual([
      expect.stringContaining('costs 61, more than 50'),
    ]);
  });

  test('without introspection the schema is not told, nor hinted at', async () => {
    for (const document of [
      '{ __schema { description } }',
      '{ __type(name: "User") { name } }',
      '{ _service { sdl } }',
    ]) {
      expect((await door(strict, document)).errors).toMatchObject([
        { message: 'Introspection is switched off.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ]);
    }
    expect((await door(strict, '{ viewer { nam } }')).errors).toMatchObject([
      { message: 'Cannot query field "nam" on type "User".' },
    ]);
    const input = 'query ($f: PlatformFilter) { platforms(first: 1, filter: $f) { nodes { id } } }';
    expect((await door(strict, input, { f: { nam: {} } })).errors).toMatchObject([
      { message: 'f.nam: Field "nam" is not defined by type "PlatformFilter".' },
    ]);
    expect((await door(strict, '{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect((await door(server, '{ viewer { nam } }')).errors).toMatchObject([
      { message: expect.stringContaining('Did you mean "name"') },
    ]);
  });
});
