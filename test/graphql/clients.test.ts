import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, query, startServer } from '../support/server.js';
import { post } from './client.js';
import { connect } from './socket.js';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

async function ask(document: string, accept: string) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': JSON_TYPE, accept },
    body: JSON.stringify({ query: document }),
  });
  return { status: response.status, type: response.headers.get('content-type')?.split(';')[0] };
}

describe('GET', () => {
  const path = `/graphql?query=${encodeURIComponent('{ viewer { name } }')}`;

  test('needs no other header beside a token, which no other site can send', async () => {
    const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
    expect(await response.json()).toEqual({ data: { viewer: { name: ADMIN.user } } });
  });

  test('without one is refused as what another site may have sent', async () => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(400);
  });
});

describe('a subscription over plain HTTP', () => {
  test.each([GRAPHQL_TYPE, JSON_TYPE, '*/*, text/event-stream;q=0.9'])(
    'is refused with what to do: %s',
    async (accept) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': JSON_TYPE, authorization: token, accept },
        body: JSON.stringify({ query: 'subscription { platformChanged { id } }' }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [{ message: expect.stringContaining('graphql-ws'), extensions: { code: 'BAD_REQUEST' } }],
      });
    },
  );
});

describe('media types', () => {
  test.each(['utf8', 'UTF8', '"utf8"', 'utf-8', 'UTF-8'])(
    'the character set may be called %s',
    async (name) => {
      const headers = { 'content-type': `application/json;charset=${name}` };
      expect((await query(server.url, '{ __typename }', { headers })).data).toEqual({ __typename: 'Query' });
      const registered = await send(`${server.url}/sys/transmit/v1/routes`, {
        method: 'POST',
        headers,
        body: { name: 'ü', protocol: 'http', host: '127.0.0.1', port: '1' },
      });
      expect(registered.status).toBe(200);
      const loggedIn = await send(`${server.url}/v1/authorization`, {
        method: 'POST',
        headers,
        body: { user: ADMIN.user, password: ADMIN.password },
      });
      expect(loggedIn.status).toBe(200);
    },
  );

  test.each([
    [GRAPHQL_TYPE, GRAPHQL_TYPE, 400],
    [`${GRAPHQL_TYPE}, ${JSON_TYPE}`, GRAPHQL_TYPE, 400],
    [`${GRAPHQL_TYPE}, ${JSON_TYPE};q=0.9`, GRAPHQL_TYPE, 400],
    [`${JSON_TYPE};q=0, ${GRAPHQL_TYPE}`, GRAPHQL_TYPE, 400],
    [`${GRAPHQL_TYPE};q=0, ${JSON_TYPE}`, JSON_TYPE, 200],
    [`${JSON_TYPE}, ${GRAPHQL_TYPE};q=0.1`, JSON_TYPE, 200],
    [JSON_TYPE, JSON_TYPE, 200],
    ['*/*', JSON_TYPE, 200],
  ])('Accept: %s', async (accept, type, status) => {
    expect(await ask('{ nope }', accept)).toEqual({ status, type });
    expect(await ask('{ __typename }', accept)).toEqual({ status: 200, type });
  });
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('%s is not known', async (method) => {
  const response = await fetch(`${server.url}/graphql`, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, POST');
});

/** In the order of their messages, which start with what is wrong. */
const byMessage = (errors: { message: string }[]) =>
  errors.toSorted((one, other) => (one.message < other.message ? -1 : 1));

describe('many errors of one kind', () => {
  const document = `{ viewer(of: 1) { ${Array.from({ length: 12 }, (_, index) => `nothing${index}`).join(' ')} } }`;
  const wanted = [
    {
      message: expect.stringMatching(/"nothing0".*12 errors/),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', count: 12 },
    },
    { message: expect.stringContaining('"of"') },
  ];

  test('are told once with their number over HTTP', async () => {
    const { errors } = await query(server.url, document);
    expect(errors).toHaveLength(2);
    expect(byMessage(errors)).toMatchObject(wanted);
  });

  test('and over WebSocket', async () => {
    const socket = connect(server.url);
    const { errors } = await socket.run({ query: document });
    socket.close();
    expect(errors).toHaveLength(2);
    expect(byMessage(errors)).toMatchObject(wanted);
  });

  test('a few are told each', async () => {
    const { errors } = await query(server.url, '{ viewer { a b c d e f g h i } }');
    expect(errors).toHaveLength(9);
  });
});

describe('the log', () => {
  interface Line {
    msg: string;
    requestId: string;
    address: string;
    user?: string;
    operation?: string;
    codes: string[];
  }
  const linesOf = (requestId: unknown) =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes('operation refused'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line.requestId === requestId);

  const FAILURES: [string, string, string, string][] = [
    ['a document that does not parse', '{', 'GRAPHQL_PARSE_FAILED', ''],
    ['one that does not validate', 'query A { nope }', 'GRAPHQL_VALIDATION_FAILED', ''],
    [
      'what is not there',
      'mutation Gone { deletePlatform(input: { id: "none" }) { platform { id } } }',
      'NOT_FOUND',
      'mutation Gone',
    ],
    [
      'what has no name',
      'mutation { deletePlatform(input: { id: "none" }) { platform { id } } }',
      'NOT_FOUND',
      'mutation deletePlatform',
    ],
  ];

  test.each(FAILURES)('tells of %s over HTTP', async (_what, document, code, operation) => {
    const { errors } = await query(server.url, document, { token });
    const known = operation === '' ? {} : { operation };
    expect(linesOf(errors[0]?.extensions['requestId'])).toMatchObject([
      { codes: [code], user: ADMIN.user, address: '127.0.0.1', ...known },
    ]);
  });

  test.each(FAILURES)('tells of %s over WebSocket', async (_what, document, code, operation) => {
    const socket = connect(server.url, { token });
    const { errors } = await socket.run({ query: document });
    socket.close();
    const known = operation === '' ? {} : { operation };
    expect(linesOf(errors[0]?.extensions['requestId'])).toMatchObject([
      { codes: [code], user: ADMIN.user, address: '127.0.0.1', ...known },
    ]);
  });

  test.each([
    ['that is no JSON', '{', {}, 'BAD_USER_INPUT'],
    ['of another type', '{}', { 'content-type': 'text/plain' }, 'BAD_USER_INPUT'],
    ['without a document', '{}', {}, 'BAD_REQUEST'],
  ])('tells of a body %s', async (_what, body, headers, code) => {
    const { requestId } = await post(server.url, body, headers);
    expect(linesOf(requestId)).toMatchObject([{ codes: [code], address: '127.0.0.1' }]);
  });

  test('says nothing of what succeeds', async () => {
    const before = server.log().length;
    await query(server.url, '{ viewer { name } }', { token });
    expect(server.log().slice(before)).not.toContain('operation refused');
  });
});
