import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, ote } from '../support/people.js';
import { TEST_DATABASE_URL } from '../support/database.js';
import { send } from '../support/rest.js';
import { ADMIN, logIn, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { firstAnswer, openSocket } from './support/socket.js';
import {
  type Member,
  SECRET_KEY,
  insertBusiness,
  insertCaller,
  insertUser,
  newSession,
} from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY, LOGIN_FAILURES: '1000' }));
let admin: string;
let manager: Member;
let businessId: number;
beforeAll(async () => {
  admin = await server.adminToken();
  businessId = (await insertBusiness(server, (await insertUser(server)).id)).id;
  manager = await insertCaller(server, { businessId, isAdmin: true });
});

/** 4401: Unauthorized, as graphql-ws numbers it. */
const UNAUTHORIZED = 4401;
const REFRESH =
  'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }';

const stateOf = async (token: string) => (await ote(server, 'GET', '/authorization', token)).status;
const viewerOf = async (token: string) => query(server.url, '{ viewer { id } }', { token });
const refresh = async (refreshToken: string) => {
  const answer = await query<{ refreshSession: { accessToken: string; refreshToken: string } }>(
    server.url,
    REFRESH,
    {
      variables: { input: { refreshToken } },
    },
  );
  return { code: answer.errors[0]?.extensions.code, ...answer.data?.refreshSession };
};
const graph = async (token: string | undefined, document: string, input: object) =>
  query(server.url, document, { token, variables: { input } });

/** What ends which sessions of a user: all, or the one that it is done with. */
/** Eleven seconds pass for refresh tokens that were used. */
const later = () =>
  server.database.query(
    `update refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null`,
  );

const ENDINGS: Record<string, { ends: 'all' | 'one'; by: (user: Member) => Promise<unknown> }> = {
  'logging out': { ends: 'one', by: ({ token }) => ote(server, 'DELETE', '/authorization', token) },
  'logging out by the plural path': {
    ends: 'one',
    by: ({ token }) => ote(server, 'DELETE', '/authorizations', token),
  },
  'logging out of Optimus': {
    ends: 'one',
    by: ({ refreshToken }) =>
      send(`${server.url}/api/v1/logout`, { method: 'POST', body: { refresh_token: refreshToken } }),
  },
  'logging out of the graph': {
    ends: 'one',
    by: ({ token }) => query(server.url, 'mutation { logOut { loggedOut } }', { token }),
  },
  'using a refresh token twice, not at once,': {
    ends: 'one',
    by: async ({ refreshToken }) => {
      await refresh(refreshToken);
      await later();
      await refresh(refreshToken);
    },
  },
  'using a used refresh token with Optimus': {
    ends: 'one',
    by: async ({ refreshToken }) => {
      await refresh(refreshToken);
      await later();
      await send(`${server.url}/api/v1/refresh`, { method: 'POST', body: { refresh_token: refreshToken } });
    },
  },
  'changing the password': {
    ends: 'all',
    by: ({ token }) =>
      ote(server, 'PUT', '/user', token, { oldPassword: ADMIN.password, password: PASSWORD }),
  },
  'changing the password in the graph': {
    ends: 'all',
    by: ({ token }) =>
      graph(
        token,
        'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }',
        {
          oldPassword: ADMIN.password,
          password: PASSWORD,
        },
      ),
  },
  'a reset by the administrator': {
    ends: 'all',
    by: ({ id }) => ote(server, 'PUT', `/admin/user/${id}/password`, manager.token, { password: PASSWORD }),
  },
  'a reset in the graph': {
    ends: 'all',
    by: ({ id }) =>
      graph(
        manager.token,
        'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }',
        {
          id,
          password: PASSWORD,
        },
      ),
  },
  'a change of status': {
    ends: 'all',
    by: ({ id }) => ote(server, 'PUT', `/admin/user/${id}`, admin, { status: 0 }),
  },
  'a change of status in the graph': {
    ends: 'all',
    by: ({ id }) =>
      graph(admin, 'mutation ($input: AuditUserInput!) { auditUser(input: $input) { user { id } } }', {
        id,
        status: 'FORBIDDEN',
      }),
  },
  'its deletion': { ends: 'all', by: ({ id }) => ote(server, 'DELETE', `/admin/user/${id}`, manager.token) },
  'its deletion in the graph': {
    ends: 'all',
    by: ({ id }) =>
      graph(
        manager.token,
        'mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { user { id } } }',
        { id },
      ),
  },
};

test.each(Object.entries(ENDINGS))(
  '%s ends sessions at once, with their sockets',
  async (_name, { ends, by }) => {
    const user = await insertCaller(server, { businessId });
    const other = await newSession(server, user.id);
    const [socket, otherSocket] = [
      await openSocket(server.url, user.token),
      await openSocket(server.url, other.token),
    ];
    // Both are known to the cache from here on.
    expect([await stateOf(user.token), await stateOf(other.token)]).toEqual([200, 200]);

    await by(user);
    expect(await stateOf(user.token)).toBe(401);
    expect((await viewerOf(user.token)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await refresh(user.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await socket.closed).toBe(UNAUTHORIZED);
    await expect(openSocket(server.url, user.token)).rejects.toThrow(String(UNAUTHORIZED));

    expect(await stateOf(other.token)).toBe(ends === 'all' ? 401 : 200);
    if (ends === 'all') expect(await otherSocket.closed).toBe(UNAUTHORIZED);
    else await otherSocket.client.dispose();
  },
);

describe('refresh in the graph', () => {
  test('gives new tokens once, and the old access token goes on', async () => {
    const user = await insertCaller(server);
    const first = await refresh(user.refreshToken);
    const second = await refresh(first.refreshToken ?? '');
    expect(second.code).toBeUndefined();
    expect(new Set([user.refreshToken, first.refreshToken, second.refreshToken]).size).toBe(3);
    for (const token of [user.token, first.accessToken, second.accessToken])
      expect(await stateOf(token ?? '')).toBe(200);
  });

  test('of one token several times at once by one client gives the same tokens each time', async () => {
    const user = await insertCaller(server);
    const answers = await Promise.all([1, 2, 3].map(async () => refresh(user.refreshToken)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await stateOf(answers[0]?.accessToken ?? '')).toBe(200);
  });

  test('with an unknown token ends nothing', async () => {
    const user = await insertCaller(server);
    expect((await refresh('unknown')).code).toBe('UNAUTHENTICATED');
    expect(await stateOf(user.token)).toBe(200);
  });
});

describe('updating the token', () => {
  const update = async (token: string) => {
    const response = await send(`${server.url}/v1/authorization`, {
      method: 'PUT',
      headers: { authorization: token },
    });
    return (await response.json()) as { code: number; token?: string };
  };

  test('gives another token of the same session, and the old one goes on', async () => {
    const user = await insertCaller(server);
    const { token = '' } = await update(`Bearer ${user.token}`);
    expect([await stateOf(token), await stateOf(user.token)]).toEqual([200, 200]);
    await ote(server, 'DELETE', '/authorization', token);
    expect([await stateOf(token), await stateOf(user.token)]).toEqual([401, 401]);
    expect(await update(token)).toMatchObject({ code: 401 });
  });

  test('lengthens the session, which ends when nobody does', async () => {
    const user = await insertCaller(server);
    await server.database.query(
      `update sessions set expires_at = now() + interval '1 minute' where id = $1`,
      [user.sessionId],
    );
    await update(user.token);
    const { rows } = await server.database.query(
      `select expires_at > now() + interval '6 days' as longer from sessions where id = $1`,
      [user.sessionId],
    );
    expect(rows).toEqual([{ longer: true }]);
    const left = await insertCaller(server);
    await server.database.query('update sessions set expires_at = now() where id = $1', [left.sessionId]);
    expect(await stateOf(left.token)).toBe(401);
  });
});

test('a token is taken bare and as Bearer, on REST and in the graph', async () => {
  const { id, token } = await insertCaller(server);
  for (const authorization of [token, `Bearer ${token}`, `bearer  ${token}`, ` ${token} `]) {
    expect(await stateOf(authorization)).toBe(200);
    const { data } = await query(server.url, '{ viewer { id } }', { headers: { authorization } });
    expect(data).toEqual({ viewer: { id: String(id) } });
  }
});

test('an approved business changes the role of an open session at once, with its socket', async () => {
  const user = await insertCaller(server, { isAdmin: true });
  expect((await ote(server, 'GET', '/authorization', user.token)).data).toMatchObject({ role: 1 });
  const socket = await openSocket(server.url, user.token);
  const USERS = '{ users { totalCount } }';
  expect((await firstAnswer(socket, USERS)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  const { id } = await insertBusiness(server, user.id, 'PENDING');
  await ote(server, 'PUT', `/business/id/${id}`, admin, { status: 1, comment: '' });
  expect((await ote(server, 'GET', '/authorization', user.token)).data).toMatchObject({ role: 3 });
  const own = { users: { totalCount: 1 } };
  expect((await query(server.url, USERS, { token: user.token })).data).toEqual(own);
  expect((await firstAnswer(socket, USERS)).data).toEqual(own);
  await socket.client.dispose();
});

test('a log-in that is under way while the password is reset opens no session that outlives it', async () => {
  const user = await insertCaller(server, { businessId });
  const [reset, token] = await Promise.all([
    ote(server, 'PUT', `/admin/user/${user.id}/password`, manager.token, { password: PASSWORD }),
    logIn(server.url, user.name, ADMIN.password).catch(() => undefined),
  ]);
  expect(reset.status).toBe(200);
  if (token !== undefined) expect(await stateOf(token)).toBe(401);
});

/** With one connection, as the embedded database has it, nothing comes between. */
test.runIf(TEST_DATABASE_URL)('not even when it is held up half way', async () => {
  const user = await insertCaller(server, { businessId });
  const { rows } = await server.database.query('select current_database() as name');
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${String(rows[0]?.['name'])}`;
  const blocker = new Client({ connectionString: url.href });
  await blocker.connect();
  try {
    const waiting = async () => {
      const locks = await blocker.query(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return (locks.rows as { n: number }[])[0]?.n;
    };
    await blocker.query('begin');
    await blocker.query('select from sessions where user_id = $1 for update', [user.id]);
    const reset = ote(server, 'PUT', `/admin/user/${user.id}/password`, manager.token, {
      password: PASSWORD,
    });
    await expect.poll(waiting).toBe(1);
    let isDone = false;
    const opened = logIn(server.url, user.name, ADMIN.password)
      .catch(() => undefined)
      .finally(() => (isDone = true));
    await expect.poll(async () => isDone || (await waiting()) === 2).toBe(true);
    await blocker.query('commit');
    expect((await reset).status).toBe(200);
    const token = await opened;
    if (token !== undefined) expect(await stateOf(token)).toBe(401);
  } finally {
    await blocker.end();
  }
});
