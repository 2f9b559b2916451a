import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, newUser, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, query, startServer } from '../support/server.js';
import { SECRET_KEY, insertCaller, insertUser } from './support/world.js';

interface Answer {
  http: number;
  status: boolean;
  code: number;
  message?: string;
  data: Record<string, unknown> | null;
}

async function optimus(
  server: TestServer,
  path: string,
  body?: object,
  authorization?: string,
): Promise<Answer> {
  const response = await send(server.url + (path.startsWith('/api') ? path : `/api/v1${path}`), {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: authorization === undefined ? {} : { authorization },
  });
  return { http: response.status, ...((await response.json()) as Omit<Answer, 'http'>) };
}

const refused = (code: number) => ({ http: code, status: false, code, data: null });
const stateOf = async (server: TestServer, token: string) =>
  (await ote(server, 'GET', '/authorization', token)).status;

describe('Optimus', () => {
  let server: TestServer;
  let admin: string;
  beforeAll(async () => {
    server = await startServer({ SECRET_KEY, LOGIN_FAILURES: '1000' });
    admin = await server.adminToken();
  });
  afterAll(() => server.stop());

  const logIn = async (name: string, password: string) => {
    const { data } = await optimus(server, '/login', { name, password });
    return data as { access_token: string; expires_in: number; refresh_token: string; time: number };
  };

  test('is served the same below both of its prefixes', async () => {
    for (const prefix of ['/api/v1', '/api/ericic/v1']) {
      const answer = await optimus(server, `${prefix}/login`, { name: ADMIN.user, password: ADMIN.password });
      expect(answer).toMatchObject({ http: 200, status: true, code: 200 });
      expect(await optimus(server, `${prefix}/nothing`)).toMatchObject(refused(404));
    }
  });

  test('lives are told in seconds that are left', async () => {
    const { expires_in, time } = await logIn(ADMIN.user, ADMIN.password);
    expect([expires_in, time]).toEqual([3600, 604_800]);
  });

  test.each([
    ['/login', { name: '', password: 'x' }, ['name']],
    ['/login', { name: 7 }, ['name', 'password']],
    ['/login', [], ['']],
    ['/refresh', {}, ['refresh_token']],
    ['/refresh', { refresh_token: '' }, ['refresh_token']],
    ['/sign', { name: '', password: 'x' }, ['name', 'password']],
    ['/sign', { name: 'x'.repeat(65), password: 'x'.repeat(65) }, ['name', 'password']],
    ['/sign', { name: 'nul\0', password: 'nul\0nul\0' }, ['name', 'password']],
    ['/logout', { refresh_token: 7 }, ['refresh_token']],
  ])('%s refuses %j, naming %j', async (path, body, fields) => {
    const answer = await optimus(server, path, body);
    expect(answer).toMatchObject(refused(400));
    for (const field of fields) expect(answer.message).toContain(field);
  });

  test('wrong credentials and tokens answer 401', async () => {
    expect(await optimus(server, '/login', { name: ADMIN.user, password: 'wrong' })).toMatchObject(
      refused(401),
    );
    expect(await optimus(server, '/refresh', { refresh_token: 'unknown' })).toMatchObject(refused(401));
    expect(await optimus(server, '/logout', { refresh_token: 'unknown' })).toMatchObject(refused(401));
    expect(await optimus(server, '/logout', {})).toMatchObject(refused(401));
    expect(await optimus(server, '/logout', undefined, 'unknown')).toMatchObject(refused(401));
  });

  describe('sign', () => {
    test('registers a user who waits, usable in every door when approved', async () => {
      const name = uniqueName('Signed');
      expect(await optimus(server, '/sign', { name, password: 'password' })).toEqual({
        http: 201,
        status: true,
        code: 201,
        data: [],
      });
      const waiting = await logIn(name, 'password');
      expect((await ote(server, 'GET', '/authorization', waiting.access_token)).data).toMatchObject({
        displayName: name,
        role: 0,
      });
      const { rows } = await server.database.query('select id from users where name = $1', [name]);
      const id = Number(rows[0]?.['id']);
      await ote(server, 'PUT', `/admin/user/${id}`, admin, { status: 1 });
      const { access_token } = await logIn(name.toUpperCase(), 'password');
      expect((await ote(server, 'GET', '/authorization', access_token)).data).toMatchObject({
        displayName: name,
        role: 1,
      });
      const viewer = await query(server.url, '{ viewer { name role } }', { token: access_token });
      expect(viewer.data).toEqual({ viewer: { name, role: 1 } });
    });

    test('of a name that any door has given away answers 409, also when several ask at once', async () => {
      const { name } = await insertUser(server);
      expect(
        await optimus(server, '/sign', { name: name.toUpperCase(), password: 'password' }),
      ).toMatchObject(refused(409));
      const raced = uniqueName('raced');
      const answers = await Promise.all(
        [raced, raced.toUpperCase(), raced].map(async (user) =>
          optimus(server, '/sign', { name: user, password: 'password' }),
        ),
      );
      expect(answers.map(({ http }) => http).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    });

    test('users of the other doors log in here', async () => {
      const registered = await newUser(server);
      expect((await logIn(registered.name, PASSWORD)).access_token).toBeTruthy();
      const name = uniqueName('graph');
      const input = { user: name, password: PASSWORD, phone: '12345', isAdmin: false, realName: 'x' };
      await query(
        server.url,
        'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id } } }',
        { variables: { input } },
      );
      expect((await logIn(name, PASSWORD)).access_token).toBeTruthy();
    });

    test('who is locked answers 403', async () => {
      const { name } = await insertUser(server, { status: 'FORBIDDEN' });
      expect(await optimus(server, '/login', { name, password: ADMIN.password })).toMatchObject(refused(403));
    });
  });

  describe('refresh', () => {
    test('goes on working with the same token', async () => {
      const { refresh_token } = await logIn(ADMIN.user, ADMIN.password);
      for (let time = 0; time < 3; time += 1) {
        const { http, data } = await optimus(server, '/refresh', { refresh_token });
        expect(http).toBe(200);
        expect(Object.keys(data ?? {})).toEqual(['access_token', 'expires_in']);
        expect(await stateOf(server, String(data?.['access_token']))).toBe(200);
      }
    });

    test('ends with its session', async () => {
      const { access_token, refresh_token } = await logIn(ADMIN.user, ADMIN.password);
      expect((await ote(server, 'DELETE', '/authorization', access_token)).status).toBe(200);
      expect(await optimus(server, '/refresh', { refresh_token })).toMatchObject(refused(401));
    });

    test('ends with its own life', async () => {
      const { refreshToken, sessionId } = await insertCaller(server);
      await server.database.query(
        `update refresh_tokens set expires_at = now() - interval '1 second' where session_id = $1`,
        [sessionId],
      );
      expect(await optimus(server, '/refresh', { refresh_token: refreshToken })).toMatchObject(refused(401));
    });

    test('is stored as a hash', async () => {
      const { refresh_token } = await logIn(ADMIN.user, ADMIN.password);
      const { rows } = await server.database.query('select * from refresh_tokens');
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(refresh_token);
    });
  });

  describe('logout', () => {
    test.each(['header', 'Bearer header', 'body', 'both'])(
      'by %s ends the session with all its tokens',
      async (way) => {
        const tokens = await logIn(ADMIN.user, ADMIN.password);
        const renewed = await optimus(server, '/refresh', { refresh_token: tokens.refresh_token });
        const second = String(renewed.data?.['access_token']);
        const prefix = way === 'Bearer header' ? 'Bearer ' : '';
        const header = way === 'body' ? undefined : prefix + tokens.access_token;
        const body = way.endsWith('header') ? undefined : { refresh_token: tokens.refresh_token };
        expect(await optimus(server, '/logout', body, header)).toEqual({
          http: 200,
          status: true,
          code: 200,
        });
        expect(await stateOf(server, tokens.access_token)).toBe(401);
        expect(await stateOf(server, second)).toBe(401);
        expect(await optimus(server, '/refresh', { refresh_token: tokens.refresh_token })).toMatchObject(
          refused(401),
        );
      },
    );

    test('by both ends both sessions when they are two', async () => {
      const [first, second] = [await insertCaller(server), await insertCaller(server)];
      expect(
        (await optimus(server, '/logout', { refresh_token: second.refreshToken }, first.token)).http,
      ).toBe(200);
      expect(await stateOf(server, first.token)).toBe(401);
      expect(await stateOf(server, second.token)).toBe(401);
    });

    test('by a refresh token works although the access token has ended', async () => {
      const { refreshToken, token } = await insertCaller(server);
      expect((await optimus(server, '/logout', { refresh_token: refreshToken }, 'ended')).http).toBe(200);
      expect(await stateOf(server, token)).toBe(401);
    });
  });
});

test('with SIGN_AUTO_APPROVE who signs can work at once', async () => {
  const server = await startServer({ SIGN_AUTO_APPROVE: 'true' });
  try {
    const name = uniqueName('signed');
    expect((await optimus(server, '/sign', { name, password: 'password' })).http).toBe(201);
    const { data } = await optimus(server, '/login', { name, password: 'password' });
    const own = await ote(server, 'GET', '/authorization', String(data?.['access_token']));
    expect(own.data).toMatchObject({ role: 1 });
    // Registering with ote-stack waits all the same.
    const registered = await newUser(server, { approved: false });
    expect((await ote(server, 'GET', '/authorization', registered.token)).data).toMatchObject({ role: 0 });
  } finally {
    await server.stop();
  }
});
