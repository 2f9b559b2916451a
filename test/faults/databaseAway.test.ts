import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { HAS_POSTGRES, type PostgresServer, startPostgresServer } from '../support/postgresServer.js';
import { ADMIN, type TestServer, startServer } from '../support/server.js';

/** Every door answers within this, in milliseconds, whatever the database does. */
const LONGEST_ANSWER = 10_000;

describe.runIf(HAS_POSTGRES)('a database that cannot work', () => {
  let postgres: PostgresServer;
  let database: Database;
  let server: TestServer;
  let token: string;
  let route: string;
  const platform = createServer((_request, response) => void response.end('from the platform'));

  beforeAll(async () => {
    postgres = await startPostgresServer({ max_connections: 30 });
    await postgres.run('create database isthmus');
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    database = await openDatabase(
      { DATABASE_URL: postgres.url('isthmus'), DATABASE_POOL: 4, DATA_DIR: '' },
      ENTITIES,
      pino({ level: 'silent' }),
    );
    server = await startServer({}, { database });
    token = await server.adminToken();
    const { port } = platform.address() as AddressInfo;
    const registered = await fetch(`${server.url}/sys/transmit/v1/routes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a', protocol: 'http', host: '127.0.0.1', port: String(port) }),
    });
    route = ((await registered.json()) as { data: { id: string } }).data.id;
  });
  afterAll(async () => {
    await server.stop();
    platform.close();
    await postgres.remove();
  });
  beforeEach(async () => {
    await vi.waitUntil(async () => (await ready()).status === 200, PATIENCE);
    // Now both the platform and the token are known.
    await Promise.all([forward(), forward({ 'x-access-token': token })]);
  });

  const ask = async (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { ...init, signal: AbortSignal.timeout(LONGEST_ANSWER) });
  const ready = async () => {
    const answer = await ask('/readyz');
    return { status: answer.status, detail: ((await answer.json()) as { detail: string }).detail };
  };
  const forward = async (headers: Record<string, string> = {}) => {
    const answer = await ask('/sys/transmit/x', { headers: { 'plat-route-id': route, ...headers } });
    await answer.text();
    return answer.status;
  };
  const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

  /** Every door, by a request that needs the database; what it answers and when to ask again. */
  const DOORS: Record<string, () => Promise<Response>> = {
    platforms: () => ask('/sys/transmit/v1/routes'),
    register: () =>
      ask('/sys/transmit/v1/routes', post({ name: 'b', protocol: 'http', host: '127.0.0.1', port: '1' })),
    ote: () => ask('/v1/cluster', { headers: { authorization: token } }),
    oteLogin: () => ask('/v1/authorization', post({ user: ADMIN.user, password: ADMIN.password })),
    optimus: () => ask('/api/v1/login', post({ name: ADMIN.user, password: ADMIN.password })),
    graphql: () =>
      ask('/graphql', post({ query: '{ users { nodes { name } } }' }, { authorization: `Bearer ${token}` })),
    graphqlUnknown: () =>
      ask('/graphql', post({ query: '{ viewer { name } }' }, { authorization: 'Bearer x.y.z' })),
    unknownRoute: () =>
      ask('/sys/transmit/x', { headers: { 'plat-route-id': '00000000-0000-4000-8000-000000000000' } }),
  };
  const answers = async (names = Object.keys(DOORS)) =>
    Object.fromEntries(
      await Promise.all(
        names.map(async (name) => {
          const answer = (await DOORS[name]?.()) as Response;
          return [
            name,
            { body: await answer.text(), retryAfter: answer.headers.get('retry-after') },
          ] as const;
        }),
      ),
    );
  const expectUnavailable = (given: Awaited<ReturnType<typeof answers>>) => {
    for (const [name, { body, retryAfter }] of Object.entries(given)) {
      if (name === 'graphqlUnknown') continue;
      expect(body, name).toMatch(/"code":("SERVICE_UNAVAILABLE"|503)/);
      expect(body, name).toContain('the database');
      expect(retryAfter, name).toBe('2');
    }
  };

  test('because it is away is answered for, and known platforms are forwarded to', async () => {
    await postgres.stop();
    try {
      for (let round = 0; round < 3; round += 1) {
        expectUnavailable(await answers());
        expect(await forward()).toBe(200);
        expect(await forward({ 'x-access-token': token })).toBe(200);
        expect(await ready()).toMatchObject({ status: 503, detail: 'the database does not answer' });
      }
    } finally {
      await postgres.start();
    }
    await expect.poll(ready, { timeout: 2000 }).toMatchObject({ status: 200 });
  });

  test('because it stands still is answered for, and known platforms are forwarded to', async () => {
    postgres.freeze();
    try {
      for (let round = 0; round < 2; round += 1) {
        const given = answers();
        expect(await forward()).toBe(200);
        expect(await forward({ 'x-access-token': token })).toBe(200);
        expectUnavailable(await given);
        expect(await ready()).toMatchObject({ status: 503 });
      }
    } finally {
      postgres.thaw();
    }
    await expect.poll(ready, { timeout: 5000 }).toMatchObject({ status: 200 });
    await expect.poll(async () => (await DOORS['ote']?.())?.status, { timeout: 5000 }).toBe(200);
  });

  test('because others use all its connections is answered for', async () => {
    const others = new Set<Client>();
    const takeOne = async () => {
      const client = new Client({ connectionString: postgres.url() });
      client.on('error', () => undefined);
      await client.connect();
      others.add(client);
    };
    const control = new Client({ connectionString: postgres.url() });
    await control.connect();
    try {
      // Until nothing is left, also of what the server under test gives back.
      await control.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'isthmus%'`,
      );
      await expect(async () => {
        for (;;) await takeOne();
      }).rejects.toThrow(/too many clients/);
      expectUnavailable(await answers());
      expect(await forward()).toBe(200);
      expect(await ready()).toEqual({ status: 503, detail: 'the database has no connection left' });
    } finally {
      await Promise.all([control, ...others].map(async (client) => client.end()));
    }
    await expect.poll(ready, { timeout: 2000 }).toMatchObject({ status: 200 });
  });

  test('because it is a standby is answered for where something is written', async () => {
    await postgres.restartAs('standby');
    try {
      await expect
        .poll(ready)
        .toEqual({ status: 503, detail: 'the database refuses writes: it is a standby' });
      expectUnavailable(await answers(['register', 'oteLogin', 'optimus']));
      expect((await DOORS['platforms']?.())?.status).toBe(200);
      expect(await forward()).toBe(200);
    } finally {
      await postgres.restartAs('primary');
    }
    await expect.poll(ready, { timeout: 2000 }).toMatchObject({ status: 200 });
  });

  test('because another, empty one stands in its place is answered for', async () => {
    await postgres.rename('isthmus', 'aside');
    await postgres.run('create database isthmus');
    try {
      await expect.poll(ready).toEqual({ status: 503, detail: 'the database does not hold our tables' });
      expectUnavailable(await answers());
    } finally {
      await postgres.run('drop database isthmus with (force)');
      await postgres.rename('aside', 'isthmus');
    }
    await expect.poll(ready, { timeout: 2000 }).toMatchObject({ status: 200 });
  });
});
