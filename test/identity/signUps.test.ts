import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config/config.js';
import { PASSWORD, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { SECRET_KEY, insertUser } from './support/world.js';

const LIMIT = 3;
/** Seconds. */
const WINDOW = 3600;
const REGISTER = 'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id } } }';

const draftOf = (user: string) => ({
  user,
  password: PASSWORD,
  phone: '12345',
  isAdmin: false,
  realName: 'R',
});

const from = (address: string) => ({ 'x-forwarded-for': address });

/** Each door's answer as an HTTP status. */
const DOORS = {
  ote: async (url: string, user: string, address: string) =>
    (await send(`${url}/v1/user`, { method: 'POST', body: draftOf(user), headers: from(address) })).status,
  optimus: async (url: string, user: string, address: string) => {
    const body = { name: user, password: PASSWORD };
    return (await send(`${url}/api/v1/sign`, { method: 'POST', body, headers: from(address) })).status;
  },
  graph: async (url: string, user: string, address: string) => {
    const variables = { input: draftOf(user) };
    const { errors } = await query(url, REGISTER, { variables, headers: from(address) });
    const statuses: Record<string, number> = { RATE_LIMITED: 429, CONFLICT: 409 };
    return errors.length === 0 ? 200 : (statuses[errors[0]?.extensions.code ?? ''] ?? 500);
  },
};

describe('sign-ups without a token', () => {
  let server: TestServer;
  const environment = { SECRET_KEY, TRUSTED_PROXIES: '127.0.0.1/32', SIGN_UPS: String(LIMIT) };
  beforeAll(async () => {
    server = await startServer(environment);
  });
  afterAll(() => server.stop());

  test('twenty in an hour from one address are what is allowed unless set otherwise', () => {
    const { SIGN_UPS, SIGN_UP_WINDOW } = readConfig({});
    expect([SIGN_UPS, SIGN_UP_WINDOW]).toEqual([20, WINDOW * 1000]);
  });

  test('are limited by address, over all doors, taken names too, and the surplus leaves nothing behind', async () => {
    const { name } = await insertUser(server);
    const address = '192.0.2.1';
    expect(await DOORS.ote(server.url, uniqueName('new'), address)).toBe(200);
    expect(await DOORS.optimus(server.url, uniqueName('new'), address)).toBe(201);
    expect(await DOORS.graph(server.url, name, address)).toBe(409);
    const refused = uniqueName('refused');
    for (const door of Object.values(DOORS)) expect(await door(server.url, refused, address)).toBe(429);
    const { rows } = await server.database.query(
      'select (select count(*) from users where name = $1) + (select count(*) from audit_events where "after"::text like $2) as n',
      [refused, `%${refused}%`],
    );
    expect(Number(rows[0]?.['n'])).toBe(0);
    expect(await DOORS.ote(server.url, uniqueName('new'), '192.0.2.2')).toBe(200);
  });

  test('say when the next is possible', async () => {
    const address = '192.0.2.3';
    for (let time = 0; time < LIMIT; time += 1) await DOORS.ote(server.url, uniqueName('new'), address);
    const response = await send(`${server.url}/v1/user`, {
      method: 'POST',
      body: draftOf(uniqueName('new')),
      headers: from(address),
    });
    expect(response.status).toBe(429);
    const wait = Number(response.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(WINDOW);
  });

  test('of IPv6 are counted by the network that one customer has', async () => {
    for (let host = 1; host <= LIMIT; host += 1) {
      expect(await DOORS.ote(server.url, uniqueName('new'), `2001:db8:1:2::${host}`)).toBe(200);
    }
    expect(await DOORS.ote(server.url, uniqueName('new'), '2001:db8:1:2:ffff:1:2:3')).toBe(429);
    expect(await DOORS.ote(server.url, uniqueName('new'), '2001:db8:1:3::1')).toBe(200);
  });

  test('are counted for all replicas, at the same time like one after the other', async () => {
    const logger = pino({ level: 'silent' });
    const config = readConfig({ PORT: '0', DATABASE_URL: 'postgres://unused/unused', ...environment });
    const database = { ...server.database, close: async () => {} };
    const other = await startApp(config, { logger, requests: logger }, { database, background: false });
    try {
      const statuses = await Promise.all(
        Array.from({ length: 4 * LIMIT }, async (_none, index) =>
          DOORS.optimus(index % 2 === 0 ? other.url : server.url, uniqueName('new'), '192.0.2.4'),
        ),
      );
      expect(statuses.filter((status) => status === 201)).toHaveLength(LIMIT);
      expect(statuses.filter((status) => status === 429)).toHaveLength(3 * LIMIT);
    } finally {
      await other.stop();
    }
  });

  test('of administrators with a token are not counted', async () => {
    const token = await server.adminToken();
    for (let time = 0; time < 2 * LIMIT; time += 1) {
      const answer = await ote(server, 'POST', '/admin/user', token, draftOf(uniqueName('sub')));
      expect(answer.status).toBe(200);
    }
  });
});
