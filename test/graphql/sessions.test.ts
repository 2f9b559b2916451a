import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type GraphQLAnswer, type TestServer, query, startServer } from '../support/server.js';
import { send } from '../support/rest.js';
import { codeOf, dataOf, execute, nobodyReasonOf } from './client.js';
import type { LogInMutation, RefreshSessionMutation } from './generated/graphql.js';
import { LogIn, LogOut, RefreshSession, Viewer } from './operations.js';

let server: TestServer;

beforeAll(async () => {
  // Each test that fails to log in has an address of its own, by X-Forwarded-For.
  server = await startServer({
    TRUSTED_PROXIES: '127.0.0.1/32',
    ADMIN_USER: 'Admin',
    LOGIN_NAME_FAILURES: '10',
  });
});
afterAll(() => server.stop());

async function logIn() {
  return (await dataOf(server.url, LogIn, { input: ADMIN })).logIn;
}
const refresh = (refreshToken: string, from?: string): Promise<GraphQLAnswer<RefreshSessionMutation>> =>
  query(server.url, print(RefreshSession), {
    variables: { input: { refreshToken } },
    headers: from === undefined ? {} : { 'x-forwarded-for': from },
  });
/** Eleven seconds pass for refresh tokens that were used. */
const later = () =>
  server.database.query(
    `update refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null`,
  );
const viewer = (token?: string) => execute(server.url, Viewer, {}, token);

describe('logging in', () => {
  test('answers tokens and who it is', async () => {
    const { accessToken, expiresIn, refreshToken, user } = await logIn();
    expect(user).toEqual({ id: expect.any(String), name: 'Admin', role: 4 });
    expect(expiresIn).toBe(3600);
    expect(accessToken.split('.')).toHaveLength(3);
    expect(refreshToken.length).toBeGreaterThanOrEqual(43);
    expect((await viewer(accessToken)).data).toEqual({
      viewer: { ...user, status: 'APPROVED', isSystemAdministrator: true },
    });
  });

  test('names are compared without case', async () => {
    for (const user of ['admin', 'ADMIN', 'Admin']) {
      const { data } = await execute(server.url, LogIn, { input: { user, password: ADMIN.password } });
      expect(data?.logIn.user.name).toBe('Admin');
    }
  });

  test('the token works bare and as Bearer, on both doors', async () => {
    const { accessToken } = await logIn();
    for (const authorization of [accessToken, `Bearer ${accessToken}`, `bearer ${accessToken}`]) {
      expect((await query(server.url, '{ viewer { name } }', { headers: { authorization } })).data).toEqual({
        viewer: { name: 'Admin' },
      });
      expect((await send(`${server.url}/v1/authorization`, { headers: { authorization } })).status).toBe(200);
    }
  });

  test('sessions are apart', async () => {
    const [one, other] = [await logIn(), await logIn()];
    await dataOf(server.url, LogOut, {}, one.accessToken);
    expect((await viewer(other.accessToken)).errors).toEqual([]);
  });

  test.each([
    ['no name', { user: '', password: 'x' }, 'input.user'],
    ['a name that is too long', { user: 'x'.repeat(65), password: 'x' }, 'input.user'],
    ['NUL', { user: 'a\0', password: 'x' }, 'input.user'],
    ['no password', { user: 'x', password: '' }, 'input.password'],
    ['a password that is too long', { user: 'x', password: 'x'.repeat(257) }, 'input.password'],
  ])('refused: %s', async (_name, input, path) => {
    const { errors } = await execute(server.url, LogIn, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path }] } }]);
  });

  test('neither passwords nor tokens are logged', async () => {
    const { accessToken, refreshToken } = await logIn();
    await refresh(refreshToken);
    await viewer(accessToken);
    for (const secret of [ADMIN.password, accessToken, refreshToken])
      expect(server.log().includes(secret)).toBe(false);
  });
});

describe('viewer', () => {
  test('is null without a token, UNAUTHENTICATED with one that does not work', async () => {
    expect(await viewer()).toMatchObject({ data: { viewer: null }, errors: [] });
    const { accessToken } = await logIn();
    const [head, payload] = accessToken.split('.');
    for (const token of ['nonsense', `${head}.${payload}.`, `${accessToken}x`]) {
      expect(await viewer(token)).toMatchObject({ data: { viewer: null }, errors: [{ path: ['viewer'] }] });
      expect(codeOf(await viewer(token))).toBe('UNAUTHENTICATED');
    }
  });

  test('a dead token does not keep anyone from logging in or refreshing', async () => {
    const { refreshToken } = await logIn();
    expect((await execute(server.url, LogIn, { input: ADMIN }, 'nonsense')).errors).toEqual([]);
    expect(
      (await execute(server.url, RefreshSession, { input: { refreshToken } }, 'nonsense')).errors,
    ).toEqual([]);
  });
});

describe('refreshing', () => {
  test('gives new tokens of the same session; the old access token works on', async () => {
    const first = await logIn();
    const { data } = await refresh(first.refreshToken);
    expect(data?.refreshSession).toMatchObject({ expiresIn: 3600, user: { name: 'Admin' } });
    expect(data?.refreshSession.refreshToken).not.toBe(first.refreshToken);
    for (const token of [first.accessToken, data?.refreshSession.accessToken])
      expect((await viewer(token)).errors).toEqual([]);
    await dataOf(server.url, LogOut, {}, data?.refreshSession.accessToken);
    expect(codeOf(await viewer(first.accessToken))).toBe('UNAUTHENTICATED');
  });

  test('goes on from token to token', async () => {
    let { refreshToken } = await logIn();
    for (let round = 0; round < 3; round += 1) {
      const { refreshSession } = await dataOf(server.url, RefreshSession, { input: { refreshToken } });
      ({ refreshToken } = refreshSession);
    }
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });

  test('a token that is used again later ends the session', async () => {
    const first = await logIn();
    const { refreshSession: second } = await dataOf(server.url, RefreshSession, {
      input: { refreshToken: first.refreshToken },
    });
    await later();
    expect(codeOf(await refresh(first.refreshToken))).toBe('UNAUTHENTICATED');
    expect(codeOf(await refresh(second.refreshToken))).toBe('UNAUTHENTICATED');
    for (const token of [first.accessToken, second.accessToken])
      expect(codeOf(await viewer(token))).toBe('UNAUTHENTICATED');
  });

  test('the same client that asks again at once gets the same tokens, one at a time or many at once', async () => {
    const { refreshToken } = await logIn();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
    answers.push(await refresh(refreshToken));
    const [first] = answers;
    expect(first?.errors).toEqual([]);
    const tokens = ({ data }: (typeof answers)[number]) => [
      data?.refreshSession.accessToken,
      data?.refreshSession.refreshToken,
    ];
    for (const answer of answers) expect(tokens(answer)).toEqual(first && tokens(first));
    expect((await viewer(first?.data?.refreshSession.accessToken)).errors).toEqual([]);
    const next = first?.data?.refreshSession.refreshToken ?? '';
    expect((await refresh(next)).errors).toEqual([]);
    // An answer that was long on its way.
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });

  test('nothing that is stored is a token, nor makes one', async () => {
    const first = await logIn();
    const { data } = await refresh(first.refreshToken);
    const { rows } = await server.database.query('select to_json(t)::text as "text" from refresh_tokens t');
    const stored = rows.map(({ text }) => text).join('\n');
    for (const secret of [
      first.refreshToken,
      data?.refreshSession.refreshToken,
      data?.refreshSession.accessToken,
    ])
      expect(stored).not.toContain(secret);
  });

  test('somebody else who asks at once ends the session', async () => {
    const { refreshToken } = await logIn();
    const { data } = await refresh(refreshToken);
    expect(nobodyReasonOf(await refresh(refreshToken, '192.0.2.77'))).toBe('DEAD_REFRESH_TOKEN');
    expect(nobodyReasonOf(await refresh(data?.refreshSession.refreshToken ?? ''))).toBe('DEAD_REFRESH_TOKEN');
    expect(nobodyReasonOf(await viewer(data?.refreshSession.accessToken))).toBe('DEAD_TOKEN');
  });

  test('after a log-out the same client gets nothing again', async () => {
    const { refreshToken } = await logIn();
    const { data } = await refresh(refreshToken);
    await dataOf(server.url, LogOut, {}, data?.refreshSession.accessToken);
    expect(nobodyReasonOf(await refresh(refreshToken))).toBe('DEAD_REFRESH_TOKEN');
  });

  test.each(['', 'nonsense', 'a\0b'])('refused: %j', async (refreshToken) => {
    expect(nobodyReasonOf(await refresh(refreshToken))).toBe('DEAD_REFRESH_TOKEN');
  });

  test('an access token is no refresh token, and the other way round', async () => {
    const { accessToken, refreshToken } = await logIn();
    expect(codeOf(await refresh(accessToken))).toBe('UNAUTHENTICATED');
    expect(codeOf(await viewer(refreshToken))).toBe('UNAUTHENTICATED');
  });
});

describe('why a caller is nobody', () => {
  const reasonOf = async (token?: string) =>
    nobodyReasonOf(await query(server.url, '{ jobs { totalCount } }', { token }));

  test('is told apart for links: no token, a dead one, a wrong password, a dead refresh token', async () => {
    expect(await reasonOf()).toBe('NO_TOKEN');
    expect(await reasonOf('nonsense')).toBe('DEAD_TOKEN');
    const { accessToken } = await logIn();
    await dataOf(server.url, LogOut, {}, accessToken);
    expect(await reasonOf(accessToken)).toBe('DEAD_TOKEN');
    const input = { ...ADMIN, password: 'wrong' };
    for (const token of [undefined, 'nonsense'])
      expect(nobodyReasonOf(await execute(server.url, LogIn, { input }, token))).toBe('WRONG_PASSWORD');
    expect(nobodyReasonOf(await refresh(accessToken))).toBe('DEAD_REFRESH_TOKEN');
    expect(nobodyReasonOf(await execute(server.url, LogOut, {}, accessToken))).toBe('DEAD_TOKEN');
    expect(nobodyReasonOf(await execute(server.url, LogOut, {}))).toBe('NO_TOKEN');
  });

  test('is told by queries that are compiled, too', async () => {
    for (let time = 0; time < 15; time += 1) expect(await reasonOf('nonsense')).toBe('DEAD_TOKEN');
  });

  test('is told to who sends files', async () => {
    for (const [token, reason] of [
      [undefined, 'NO_TOKEN'],
      ['nonsense', 'DEAD_TOKEN'],
    ] as const) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'apollo-require-preflight': '1',
          ...(token === undefined ? {} : { authorization: token }),
        },
        body: new FormData(),
      });
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { reason } }] });
    }
  });
});

describe('logging out', () => {
  test('ends every token of the session, on every door, at once', async () => {
    const { accessToken, refreshToken } = await logIn();
    expect(await dataOf(server.url, LogOut, {}, accessToken)).toEqual({ logOut: { loggedOut: true } });
    expect(codeOf(await viewer(accessToken))).toBe('UNAUTHENTICATED');
    expect(codeOf(await refresh(refreshToken))).toBe('UNAUTHENTICATED');
    const rest = await send(`${server.url}/v1/authorization`, { headers: { authorization: accessToken } });
    expect(rest.status).toBe(401);
    expect(codeOf(await execute(server.url, LogOut, {}, accessToken))).toBe('UNAUTHENTICATED');
  });

  test('by REST ends it here too', async () => {
    const { accessToken } = await logIn();
    expect((await viewer(accessToken)).errors).toEqual([]);
    await send(`${server.url}/v1/authorization`, {
      method: 'DELETE',
      headers: { authorization: accessToken },
    });
    expect(codeOf(await viewer(accessToken))).toBe('UNAUTHENTICATED');
  });

  test('needs a token', async () => {
    expect(codeOf(await execute(server.url, LogOut, {}))).toBe('UNAUTHENTICATED');
  });
});

describe('failures to log in', () => {
  const tryFrom = async (
    address: string,
    input: { user: string; password: string },
  ): Promise<GraphQLAnswer<LogInMutation>> =>
    query(server.url, print(LogIn), { variables: { input }, headers: { 'x-forwarded-for': address } });
  const wrong = (user: string) => ({ user, password: 'wrong' });

  test('tell nothing of who is registered', async () => {
    const [known, unknown] = [
      await tryFrom('10.0.0.1', wrong('admin')),
      await tryFrom('10.0.0.1', wrong('nobody')),
    ];
    expect(codeOf(known)).toBe('UNAUTHENTICATED');
    expect(unknown.errors[0]?.message).toBe(known.errors[0]?.message);
    expect(codeOf(unknown)).toBe('UNAUTHENTICATED');
  });

  test('10 from one address, whatever the names, refuse more from it and nobody else', async () => {
    for (let count = 0; count < 10; count += 1) {
      expect(codeOf(await tryFrom('10.0.0.2', wrong(`name ${count}`)))).toBe('UNAUTHENTICATED');
    }
    const refused = await tryFrom('10.0.0.2', ADMIN);
    expect(codeOf(refused)).toBe('RATE_LIMITED');
    const retryAfter = refused.errors[0]?.extensions['retryAfter'];
    expect(retryAfter).toSatisfy(
      (seconds: number) => Number.isInteger(seconds) && seconds > 0 && seconds <= 900,
    );
    expect((await tryFrom('10.0.0.3', ADMIN)).errors).toEqual([]);
  });

  test('10 for one name, from wherever, refuse more for it and for no other', async () => {
    for (let count = 0; count < 10; count += 1) {
      expect(codeOf(await tryFrom(`10.0.1.${count}`, wrong(count % 2 ? 'Target' : 'TARGET')))).toBe(
        'UNAUTHENTICATED',
      );
    }
    expect(codeOf(await tryFrom('10.0.2.1', wrong('target')))).toBe('RATE_LIMITED');
    expect(codeOf(await tryFrom('10.0.2.1', wrong('other')))).toBe('UNAUTHENTICATED');
  });

  test('before a success do not count for the name', async () => {
    for (let count = 0; count < 9; count += 1) await tryFrom(`10.0.3.${count}`, wrong('admin'));
    expect((await tryFrom('10.0.4.1', ADMIN)).errors).toEqual([]);
    expect(codeOf(await tryFrom('10.0.4.2', wrong('admin')))).toBe('UNAUTHENTICATED');
    expect((await tryFrom('10.0.4.3', ADMIN)).errors).toEqual([]);
  });

  test('that are all sent at once do not get around it', async () => {
    const guesses = Array.from({ length: 60 }, async () =>
      codeOf(await tryFrom('10.0.5.1', wrong('parallel'))),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  });
});

describe('users who may not work', () => {
  const add = async (name: string, status: string) =>
    server.database.query(
      `insert into users (created_at, updated_at, name, name_key, status, password_hash)
        select now(), now(), $1, $1, $2, password_hash from users where is_system_administrator`,
      [name, status],
    );

  test('a pending one logs in and sees itself', async () => {
    await add('pending', 'PENDING');
    const { data } = await execute(server.url, LogIn, {
      input: { user: 'pending', password: ADMIN.password },
    });
    const named = await query(server.url, '{ viewer { role roleName } }', { token: data?.logIn.accessToken });
    expect(named.data).toEqual({ viewer: { role: 0, roleName: 'WAITING' } });
    expect((await viewer(data?.logIn.accessToken)).data).toMatchObject({
      viewer: { name: 'pending', role: 0, status: 'PENDING' },
    });
  });

  test.each(['DISAPPROVED', 'FORBIDDEN'])('a user who is %s cannot log in', async (status) => {
    await add(status.toLowerCase(), status);
    const input = { user: status, password: ADMIN.password };
    expect(codeOf(await execute(server.url, LogIn, { input }))).toBe('FORBIDDEN');
  });
});
