import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config/config.js';
import { uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, query, startServer } from '../support/server.js';
import { SECRET_KEY, insertCaller, insertUser } from './support/world.js';

interface Attempt {
  user: string;
  password?: string;
  from?: string;
  /** Another server than the first. */
  at?: string;
}

const LIMIT = 4;
/** Seconds. */
const WINDOW = 900;

test('ten failures of an address and a hundred of a name in a quarter of an hour are what is allowed unless set otherwise', () => {
  const { LOGIN_FAILURES, LOGIN_NAME_FAILURES, LOGIN_WINDOW } = readConfig({});
  expect([LOGIN_FAILURES, LOGIN_NAME_FAILURES, LOGIN_WINDOW]).toEqual([10, 100, WINDOW * 1000]);
});

describe('failed log-ins', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      SECRET_KEY,
      TRUSTED_PROXIES: '127.0.0.1/32',
      LOGIN_FAILURES: String(LIMIT),
      LOGIN_NAME_FAILURES: String(LIMIT),
    });
  });
  afterAll(() => server.stop());

  let addresses = 0;
  const newAddress = () => `192.0.2.${(addresses += 1)}`;

  const DOORS = {
    ote: async ({ user, password = 'wrong', from = newAddress(), at = server.url }: Attempt) =>
      send(`${at}/v1/authorization`, {
        method: 'POST',
        body: { user, password },
        headers: { 'x-forwarded-for': from },
      }),
    optimus: async ({ user, password = 'wrong', from = newAddress(), at = server.url }: Attempt) =>
      send(`${at}/api/v1/login`, {
        method: 'POST',
        body: { name: user, password },
        headers: { 'x-forwarded-for': from },
      }),
  };
  const { ote, optimus } = DOORS;
  const graph = async ({ user, password = 'wrong', from = newAddress() }: Attempt) => {
    const answer = await query(
      server.url,
      'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }',
      {
        variables: { input: { user, password } },
        headers: { 'x-forwarded-for': from },
      },
    );
    return answer.errors[0]?.extensions;
  };

  /** As many as are allowed. */
  async function exhaust(attempt: () => Attempt): Promise<void> {
    for (let time = 0; time < LIMIT; time += 1) expect((await ote(attempt())).status).toBe(401);
  }

  test('for one name are limited, from wherever they come, in every door, for the right password too', async () => {
    const { name } = await insertUser(server);
    await exhaust(() => ({ user: name }));
    const refused = await ote({ user: name });
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(WINDOW);
    expect((await ote({ user: name.toUpperCase(), password: ADMIN.password })).status).toBe(429);
    expect((await optimus({ user: name, password: ADMIN.password })).status).toBe(429);
    expect(await graph({ user: name, password: ADMIN.password })).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: expect.any(Number),
    });
    expect((await ote({ user: (await insertUser(server)).name, password: ADMIN.password })).status).toBe(200);
  });

  test('with a stolen token, at the old password, are limited too, and keep nobody from logging in', async () => {
    const { name, token } = await insertCaller(server);
    const change = async (oldPassword: string) =>
      send(`${server.url}/v1/user`, {
        method: 'PUT',
        body: { oldPassword, password: 'Changed-Pass-1' },
        headers: { authorization: token },
      });
    for (let time = 0; time < LIMIT; time += 1) expect((await change('wrong')).status).toBe(422);
    expect((await change(ADMIN.password)).status).toBe(429);
    expect((await ote({ user: name, password: ADMIN.password })).status).toBe(200);
  });

  test('are counted over all doors', async () => {
    const user = uniqueName('nobody');
    expect((await optimus({ user })).status).toBe(401);
    expect((await optimus({ user })).status).toBe(401);
    expect(await graph({ user })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await ote({ user })).status).toBe(401);
    expect((await ote({ user })).status).toBe(429);
  });

  test('from one address are limited, whichever names they try', async () => {
    const from = newAddress();
    const { name } = await insertUser(server);
    await exhaust(() => ({ user: uniqueName('nobody'), from }));
    expect((await ote({ user: uniqueName('nobody'), from })).status).toBe(429);
    expect((await ote({ user: name, password: ADMIN.password, from })).status).toBe(429);
    expect((await ote({ user: name, password: ADMIN.password })).status).toBe(200);
  });

  test('are forgotten of a name that logs in, not of an address', async () => {
    const { name } = await insertUser(server);
    const from = newAddress();
    const fail = async (times: number) => {
      for (let time = 0; time < times; time += 1) expect((await ote({ user: name, from })).status).toBe(401);
    };
    await fail(LIMIT - 1);
    expect((await ote({ user: name, password: ADMIN.password, from })).status).toBe(200);
    await fail(1);
    expect((await ote({ user: name, password: ADMIN.password, from })).status).toBe(429);
    expect((await ote({ user: name, password: ADMIN.password })).status).toBe(200);
  });

  test('at the same time are counted like those one after the other', async () => {
    const { name } = await insertUser(server);
    const guesses = Array.from({ length: 3 * LIMIT }, async () => (await ote({ user: name })).status);
    const right = ote({ user: name, password: ADMIN.password });
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 401)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2 * LIMIT);
    expect((await right).status).toBe(429);
  });

  test('are counted in the database: another server on it refuses as well', async () => {
    const { name } = await insertUser(server);
    await exhaust(() => ({ user: name }));
    const logger = pino({ level: 'silent' });
    const config = readConfig({
      PORT: '0',
      SECRET_KEY,
      TRUSTED_PROXIES: '127.0.0.1/32',
      DATABASE_URL: 'postgres://unused/unused',
      LOGIN_FAILURES: String(LIMIT),
      LOGIN_NAME_FAILURES: String(LIMIT),
    });
    const other = await startApp(
      config,
      { logger, requests: logger },
      { database: { ...server.database, close: async () => {} } },
    );
    try {
      expect((await ote({ user: name, password: ADMIN.password, at: other.url })).status).toBe(429);
    } finally {
      await other.stop();
    }
  });

  test('end with their window', async () => {
    const { name } = await insertUser(server);
    await exhaust(() => ({ user: name }));
    await server.database.query('update login_failures set expire = expire - $1', [WINDOW * 1000]);
    expect((await ote({ user: name, password: ADMIN.password })).status).toBe(200);
  });

  test('of an unknown user and with a wrong password are told alike', async () => {
    const { name } = await insertUser(server);
    const told = async (response: Response) => {
      const { date: _date, 'x-request-id': _id, ...headers } = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text() };
    };
    const nobody = uniqueName('nobody');
    for (const attempt of Object.values(DOORS)) {
      const unknown = await told(await attempt({ user: nobody }));
      expect(unknown.status).toBe(401);
      expect(await told(await attempt({ user: name }))).toEqual(unknown);
    }
    const unknown = await graph({ user: nobody });
    expect(unknown).toMatchObject({ code: 'UNAUTHENTICATED', requestId: expect.any(String) });
    expect({ ...(await graph({ user: name })), requestId: 0 }).toEqual({ ...unknown, requestId: 0 });
  });

  test('the name as it was tried stays out of the database, the password out of the log', async () => {
    const password = 'Typed-By-Mistake-9';
    await ote({ user: uniqueName('nobody'), password });
    expect(server.log()).not.toContain(password);
    const { rows } = await server.database.query('select key from login_failures');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('nobody');
  });
});

describe('failures of strangers', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      SECRET_KEY,
      TRUSTED_PROXIES: '127.0.0.1/32',
      LOGIN_FAILURES: String(LIMIT),
      LOGIN_NAME_FAILURES: String(LIMIT),
    });
  });
  afterAll(() => server.stop());

  const logIn = async (user: string, from: string, password: string = ADMIN.password) =>
    (
      await send(`${server.url}/v1/authorization`, {
        method: 'POST',
        body: { user, password },
        headers: { 'x-forwarded-for': from },
      })
    ).status;
  /** Strangers use up what is allowed for the name. */
  const attack = async (user: string) => {
    for (let host = 1; host <= LIMIT; host += 1)
      expect(await logIn(user, `203.0.113.${host}`, 'wrong')).toBe(401);
    expect(await logIn(user, '203.0.113.99')).toBe(429);
  };

  test('do not keep the administrator out from where it has logged in', async () => {
    expect(await logIn(ADMIN.user, '192.0.2.1')).toBe(200);
    await attack(ADMIN.user);
    expect(await logIn(ADMIN.user, '192.0.2.2')).toBe(429);
    expect(await logIn(ADMIN.user, '192.0.2.1', 'wrong')).toBe(401);
    expect(await logIn(ADMIN.user, '192.0.2.1')).toBe(200);
  });

  test('nor from its network of IPv6, whichever of its addresses it has now', async () => {
    const { name } = await insertUser(server);
    expect(await logIn(name, '2001:db8:1:2:aaaa::1')).toBe(200);
    await attack(name);
    expect(await logIn(name, '2001:db8:1:3::1')).toBe(429);
    expect(await logIn(name, '2001:db8:1:2:bbbb::2')).toBe(200);
  });

  test('do so from where only another user has logged in, or nobody for 30 days', async () => {
    const { id, name } = await insertUser(server);
    const other = await insertUser(server);
    expect(await logIn(other.name, '198.51.100.1')).toBe(200);
    expect(await logIn(name, '198.51.100.2')).toBe(200);
    await server.database.query(
      `update login_networks set seen_at = now() - interval '30 days 1 minute' where user_id = $1`,
      [id],
    );
    await attack(name);
    expect(await logIn(name, '198.51.100.1')).toBe(429);
    expect(await logIn(name, '198.51.100.2')).toBe(429);
  });

  test('guesses from where the user is at home are limited by the address', async () => {
    const { name } = await insertUser(server);
    const home = '198.51.100.3';
    expect(await logIn(name, home)).toBe(200);
    for (let time = 0; time < LIMIT; time += 1) expect(await logIn(name, home, 'wrong')).toBe(401);
    expect(await logIn(name, home)).toBe(429);
  });

  test('addresses of one IPv6 network are counted together', async () => {
    for (let host = 1; host <= LIMIT; host += 1) {
      expect(await logIn(uniqueName('nobody'), `2001:db8:9:9::${host}`, 'wrong')).toBe(401);
    }
    const { name } = await insertUser(server);
    expect(await logIn(name, '2001:db8:9:9:ffff::')).toBe(429);
    expect(await logIn(name, '2001:db8:9:8::1')).toBe(200);
  });

  test('few of the networks from which a user logs in are kept', async () => {
    const { id, name } = await insertUser(server);
    await server.database.query(
      `insert into login_networks (user_id, network, seen_at)
       select $1::int, 'n' || n, now() - n * interval '1 minute' from generate_series(1, 500) as n`,
      [id],
    );
    expect(await logIn(name, '198.51.100.4')).toBe(200);
    const { rows } = await server.database.query(
      'select network from login_networks where user_id = $1 order by seen_at desc',
      [id],
    );
    expect(rows).toHaveLength(101);
    expect(rows.slice(0, 2)).toEqual([{ network: '198.51.100.4' }, { network: 'n1' }]);
  });
});
