import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type TestServer, logIn, query, startServer } from '../support/server.js';
import { closedPort } from '../support/upstream.js';
import { codeOf, dataOf, execute, post } from './client.js';
import { DeletePlatform, PlatformById, RegisterPlatform, UpdatePlatform } from './operations.js';
import { connect } from './socket.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

/** The records of the log that belong to a request. */
const logOf = (requestId: unknown) =>
  server
    .log()
    .split('\n')
    .filter((line) => line.includes(String(requestId)));

describe('expected failures', () => {
  test('UNAUTHENTICATED without a token and with a dead one', async () => {
    for (const each of [undefined, 'nonsense']) {
      const answer = await execute(server.url, PlatformById, { id: NOBODY }, each);
      expect(codeOf(answer)).toBe('UNAUTHENTICATED');
      expect(answer).toMatchObject({ data: { platform: null }, errors: [{ path: ['platform'] }] });
    }
  });

  test('FORBIDDEN for a role without the permission', async () => {
    await server.database.query(
      `insert into users (created_at, updated_at, name, name_key, status, password_hash)
        select now(), now(), 'pending', 'pending', 'PENDING', password_hash from users`,
    );
    const pending = await logIn(server.url, 'pending', ADMIN.password);
    expect(codeOf(await execute(server.url, PlatformById, { id: NOBODY }, pending))).toBe('FORBIDDEN');
    expect(codeOf(await execute(server.url, DeletePlatform, { input: { id: NOBODY } }, pending))).toBe(
      'FORBIDDEN',
    );
  });

  test('NOT_FOUND for ids that nothing has', async () => {
    for (const id of [NOBODY, 'no uuid', 'a\0b']) {
      expect(codeOf(await execute(server.url, DeletePlatform, { input: { id } }, token))).toBe('NOT_FOUND');
      expect(codeOf(await execute(server.url, UpdatePlatform, { input: { id } }, token))).toBe('NOT_FOUND');
      expect((await execute(server.url, PlatformById, { id }, token)).errors).toEqual([]);
    }
  });

  test('BAD_USER_INPUT for an address where platforms may not live', async () => {
    const input = { name: 'metadata', protocol: 'HTTP', host: '169.254.169.254' } as const;
    const { errors } = await execute(server.url, RegisterPlatform, { input }, token);
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.host' }] } },
    ]);
  });

  describe('of a platform that is down', () => {
    /** What a call of it answers. */
    async function called(more: object) {
      const port = await closedPort();
      const input = { name: 'down', protocol: 'HTTP', host: '127.0.0.1', port } as const;
      const { registerPlatform } = await dataOf(server.url, RegisterPlatform, { input }, token);
      const call = 'mutation ($input: TransmitInput!) { transmit(input: $input) { status } }';
      const { id } = registerPlatform.platform;
      const variables = { input: { platformId: id, method: 'GET', path: '/', ...more } };
      return query(server.url, call, { variables, token });
    }

    test('UPSTREAM_UNREACHABLE', async () => {
      expect(codeOf(await called({ headers: { a: 'b' } }))).toBe('UPSTREAM_UNREACHABLE');
    });

    test.each([[null], [1], [['b']], [{ b: 'c' }]])('BAD_USER_INPUT for a header that is %j', async (a) => {
      const fields = [{ path: 'input.headers.a', message: 'must be a text' }];
      expect((await called({ headers: { a } })).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', fields } },
      ]);
    });
  });
});

test.each([
  [
    'of a variable',
    'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }',
  ],
  [
    'in the document',
    'mutation { registerCluster(input: { name: "a", kubeconfig: { users: [{ token: "HIDDEN" }] } }) { cluster { id } } }',
  ],
  ['that is out of place', 'mutation { registerCluster(input: { name: "a", "HIDDEN" }) { cluster { id } } }'],
])('a value %s that has the wrong form is not told again', async (_where, document) => {
  const input = { name: 'a', kubeconfig: { token: 'HIDDEN' } };
  const { errors } = await query(server.url, document, { token, variables: { input } });
  expect(errors).toHaveLength(1);
  expect(JSON.stringify(errors)).not.toContain('HIDDEN');
  expect(server.log()).not.toContain('HIDDEN');
});

describe('defects', () => {
  /** Runs while the table's key has another name, which makes every statement on it fail. */
  async function without<T>(table: string, run: () => Promise<T>): Promise<T> {
    await server.database.query(`alter table "${table}" rename column "id" to "moved_away"`);
    try {
      return await run();
    } finally {
      await server.database.query(`alter table "${table}" rename column "moved_away" to "id"`);
    }
  }

  const HIDDEN = /relation|column|does not exist|select|platforms"|sessions|node_modules|\.ts|at /;

  test('in a resolver: INTERNAL, without detail, which the log has under the request id', async () => {
    const { errors, data } = await without('platforms', () =>
      execute(server.url, PlatformById, { id: NOBODY }, token),
    );
    expect(data).toEqual({ platform: null });
    expect(errors).toMatchObject([
      { path: ['platform'], extensions: { code: 'INTERNAL', requestId: expect.any(String) } },
    ]);
    expect(errors[0]?.message).not.toMatch(HIDDEN);
    const record = logOf(errors[0]?.extensions['requestId']).find((line) =>
      line.includes('operation failed'),
    );
    expect(record).toMatch(/column \S+ does not exist/);
  });

  test('before the operation: the same', async () => {
    const fresh = await server.adminToken();
    const reply = await without('sessions', () =>
      post(server.url, '{"query":"{ viewer { id } }"}', { authorization: fresh }),
    );
    expect(reply.status).toBe(500);
    expect(reply.body).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL', requestId: reply.requestId } }],
    });
    expect(reply.body.errors[0]?.message).not.toMatch(HIDDEN);
    expect(logOf(reply.requestId).join('\n')).toMatch(/column \S+ does not exist/);
  });

  test('over WebSocket: the same', async () => {
    const socket = connect(server.url, { token });
    const { errors } = await without('platforms', () =>
      socket.run({ query: print(PlatformById), variables: { id: NOBODY } }),
    );
    socket.close();
    expect(errors).toMatchObject([
      { path: ['platform'], extensions: { code: 'INTERNAL', requestId: expect.any(String) } },
    ]);
    expect(errors[0]?.message).not.toMatch(HIDDEN);
    const record = logOf(errors[0]?.extensions['requestId']).find((line) =>
      line.includes('operation failed'),
    );
    expect(record).toMatch(/column \S+ does not exist/);
  });
});

describe('over WebSocket', () => {
  test.each([
    ['a document that does not parse', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['one that does not validate', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an operation that is not there',
      { query: 'query A { __typename }', operationName: 'B' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['variables that do not fit', { query: print(PlatformById), variables: {} }, 'BAD_USER_INPUT'],
    ['no right to it', { query: print(PlatformById), variables: { id: NOBODY } }, 'UNAUTHENTICATED'],
  ])('%s', async (_name, payload, code) => {
    const socket = connect(server.url);
    const { errors } = await socket.run(payload);
    socket.close();
    expect(errors).toMatchObject([{ extensions: { code, requestId: expect.any(String) } }]);
  });
});

test('no answer is kept by anybody on the way', async () => {
  const url = `${server.url}/graphql?query=${encodeURIComponent('{ viewer { name } }')}`;
  const answer = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
