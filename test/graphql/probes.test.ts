import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphQLAnswer, type TestServer, startServer } from '../support/server.js';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

interface Reply {
  status: number;
  headers: Headers;
  body: { data?: unknown; errors?: GraphQLAnswer<unknown>['errors']; extensions?: unknown };
}

async function send(init: RequestInit & { path?: string }): Promise<Reply> {
  const response = await fetch(`${server.url}/graphql${init.path ?? ''}`, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Reply['body'],
  };
}

async function post(query: string, headers: Record<string, string> = {}): Promise<Reply> {
  return send({
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token, ...headers },
    body: JSON.stringify({ query }),
  });
}

const codesOf = ({ body }: Reply) => body.errors?.map(({ extensions }) => extensions.code);

/** The checks of graphql-cop 1.14, each with the answer that is wanted. */
describe('graphql-cop', () => {
  test('alias overloading', async () => {
    const aliases = Array.from({ length: 101 }, (_, i) => `alias${i}: __typename`).join(' ');
    expect(codesOf(await post(`{ ${aliases} }`))).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  test('array-based query batching', async () => {
    const reply = await send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' }))),
    });
    expect(reply.status).toBe(400);
    expect(codesOf(reply)).toEqual(['BAD_REQUEST']);
  });

  test('directive overloading', async () => {
    const reply = await post(`{ __typename ${'@aa'.repeat(500)} }`);
    expect(reply.status).toBe(200);
    expect(reply.body.data).toBeUndefined();
    expect(new Set(codesOf(reply))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(reply.body.errors?.length).toBeLessThanOrEqual(101);
  });

  test('circular query by introspection', async () => {
    const reply = await post(
      `{ __schema { types { ${'fields { type { '.repeat(4)} name ${'} }'.repeat(4)} } } }`,
    );
    expect(new Set(codesOf(reply))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  });

  test('field duplication', async () => {
    expect(codesOf(await post(`{ ${'__typename '.repeat(500)} }`))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const below = await post(`{ viewer { ${'id '.repeat(1500)} } }`);
    expect(new Set(codesOf(below))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  });

  test('mutation by GET', async () => {
    const path = `?query=${encodeURIComponent('mutation { logOut { loggedOut } }')}`;
    const reply = await send({ path, headers: { authorization: token, 'apollo-require-preflight': '1' } });
    expect(reply.status).toBe(405);
    expect(codesOf(reply)).toEqual(['BAD_REQUEST']);
    expect((await post('{ viewer { id } }')).body.errors).toBeUndefined();
  });

  test('query by GET, which any page could make a browser send', async () => {
    const path = '?query=%7B__typename%7D';
    expect((await send({ path })).status).toBe(400);
    expect((await send({ path, headers: { 'apollo-require-preflight': '1' } })).body).toEqual({
      data: { __typename: 'Query' },
    });
  });

  test.each([
    ['application/x-www-form-urlencoded', 'query=%7B__typename%7D'],
    ['text/plain', '{"query":"{ __typename }"}'],
  ])('POST of %s, which needs no preflight', async (type, body) => {
    const reply = await send({
      method: 'POST',
      headers: { 'content-type': type, 'apollo-require-preflight': '1' },
      body,
    });
    expect(reply.status).toBe(415);
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
  });

  test('POST of a form as a page of another site makes it', async () => {
    const reply = await send({
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--x--',
    });
    expect(reply.status).toBe(400);
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
  });

  test('tracing', async () => {
    const headers = {
      'apollo-tracing': '1',
      'apollo-federation-include-trace': 'ftv1',
      'x-apollo-tracing': '1',
    };
    expect((await post('{ __typename }', headers)).body).toEqual({ data: { __typename: 'Query' } });
  });

  test('unhandled errors', async () => {
    const reply = await post('qwerty { abc }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Syntax Error: Unexpected Name "qwerty".',
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'GRAPHQL_PARSE_FAILED', requestId: reply.headers.get('x-request-id') },
        },
      ],
    });
  });

  test('an explorer where queries go', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, 'playground']);
    expect(await response.text()).toBe('');
  });
});

describe('variables without bounds', () => {
  const list = 'query ($filter: PlatformFilter) { platforms(filter: $filter) { nodes { id } } }';
  const sendVariables = async (variables: string) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: token },
      body: `{"query": ${JSON.stringify(list)}, "variables": ${variables}}`,
    });

  test.each([
    [
      'a filter that nests 100,000 deep',
      `{"filter": ${'{"not":'.repeat(100_000)} {} ${'}'.repeat(100_000)}}`,
    ],
    [
      'a filter that nests 200 deep',
      `{"filter": ${'{"not":'.repeat(200)} {"name":{"eq":"x"}} ${'}'.repeat(200)}}`,
    ],
    [
      'a filter of 50,000 alternatives',
      JSON.stringify({ filter: { or: Array.from({ length: 50_000 }, () => ({ name: { eq: 'x' } })) } }),
    ],
    [
      'a list of 100,000 values',
      JSON.stringify({ filter: { name: { in: Array.from({ length: 100_000 }, (_, i) => String(i)) } } }),
    ],
  ])('%s', async (_name, variables) => {
    const reply = await sendVariables(variables);
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
    expect(server.log().includes('operation failed')).toBe(false);
  });
});
