import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestStall } from '../support/eventLoop.js';
import { type GraphQLAnswer, type TestServer, query, startServer } from '../support/server.js';
import { connect } from './socket.js';

/** Milliseconds in which nobody else is served, on a busy machine too. */
const LONGEST_STALL = 1000;

let server: TestServer;
let strict: TestServer;

beforeAll(async () => {
  [server, strict] = await Promise.all([startServer(), startServer({ GRAPHQL_INTROSPECTION: 'false' })]);
});
afterAll(() => Promise.all([server.stop(), strict.stop()]));

type Door = (on: TestServer, document: string, variables?: object) => Promise<GraphQLAnswer<unknown>>;

const http: Door = async (on, document, variables = {}) => query(on.url, document, { variables });

const webSocket: Door = async (on, document, variables = {}) => {
  const socket = connect(on.url);
  try {
    return await socket.run({ query: document, variables: { ...variables } });
  } finally {
    socket.close();
  }
};

const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const keys = Object.fromEntries(many(40_000, (index) => [`unknown${index}`, index]));

const INTS = 'query ($in: [Int!]) { clusters(filter: { nodeCount: { in: $in } }) { totalCount } }';
const FILTER = 'query ($filter: ClusterNodeFilter) { clusterNodes(filter: $filter) { totalCount } }';
const ORDER = 'query ($by: [UserOrder!]) { users(orderBy: $by) { totalCount } }';

describe.each([
  ['HTTP', http],
  ['WebSocket', webSocket],
])('over %s', (_name, door) => {
  test.each([
    ['49,000 texts for numbers', INTS, { in: many(49_000, () => 'x') }],
    ['40,000 unknown keys', FILTER, { filter: keys }],
    ['unknown keys at many places', FILTER, { filter: { or: many(12_000, () => ({ nam: 1 })) } }],
    ['40,000 objects for a name', FILTER, { filter: { name: { in: many(40_000, () => ({})) } } }],
    ['an object of 40,000 keys for a name', FILTER, { filter: { name: { in: [keys, keys.unknown0] } } }],
    ['40,000 unknown values', ORDER, { by: many(40_000, (index) => `NAME${index}`) }],
    ['a name of 900,000 letters', FILTER, { filter: { ['n'.repeat(900_000)]: 1 } }],
  ])('variables that do not fit stall nobody: %s', async (_what, document, variables) => {
    let answer: GraphQLAnswer<unknown> | undefined;
    const stall = await longestStall(async () => {
      answer = await door(server, document, variables);
    });
    expect(answer?.errors).toHaveLength(1);
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    // What is told of is bounded too.
    expect(answer?.errors[0]?.extensions['fields']).toSatisfy((fields: unknown[]) => fields.length <= 11);
    expect(stall).toBeLessThan(LONGEST_STALL);
  });

  test.each([
    ['in the document', `{ viewer("${'Did you mean '.repeat(7000)}") { id } }`, {}],
    ['in a name', FILTER, { filter: { [' Did you mean '.repeat(60_000)]: 1 } }],
    ['in a value', ORDER, { by: [' Did you mean '.repeat(60_000)] }],
  ])('words of suggestions that hide nothing stall nobody: %s', async (_where, document, variables) => {
    let answer: GraphQLAnswer<unknown> | undefined;
    const stall = await longestStall(async () => {
      answer = await door(strict, document, variables);
    });
    expect(answer?.errors).toHaveLength(1);
    expect(stall).toBeLessThan(LONGEST_STALL);
  });
});
