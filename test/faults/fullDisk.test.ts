import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { startPostgresServer } from '../support/postgresServer.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, startServer } from '../support/server.js';
import { type SmallDisk, mountSmallDisk } from '../support/smallDisk.js';

/** MiB: a new cluster takes some forty. */
const DISK = 150;
/** Until what a table has in reserve is used up. */
const MOST_WRITES = 500;
const FULL = 'the database has no room left';

interface Place {
  config: Parameters<typeof openDatabase>[0];
  remove: () => Promise<void>;
}

/** Its log of changes is elsewhere: without room for that PostgreSQL ends, and is away. */
async function onPostgres({ folder }: SmallDisk): Promise<Place> {
  const logFolder = mkdtempSync(join(tmpdir(), 'isthmus-log-'));
  chmodSync(logFolder, 0o777);
  const postgres = await startPostgresServer({ autovacuum: 'off' }, ['-X', join(logFolder, 'log')], folder);
  await postgres.run('create database isthmus');
  return {
    config: { DATABASE_URL: postgres.url('isthmus'), DATABASE_POOL: 4, DATA_DIR: '' },
    remove: async () => {
      await postgres.remove();
      rmSync(logFolder, { recursive: true });
    },
  };
}

const embedded = async ({ folder }: SmallDisk): Promise<Place> => ({
  config: { DATABASE_URL: '', DATABASE_POOL: 1, DATA_DIR: folder },
  remove: async () => undefined,
});

describe.each([
  ['PostgreSQL', onPostgres],
  ['the embedded database', embedded],
])('%s on a disk that is full', (_name, prepare) => {
  let disk: SmallDisk;
  let place: Place;
  let server: TestServer;
  let platform: Server;
  let token: string;
  let route: string;

  beforeAll(async () => {
    disk = mountSmallDisk(DISK);
    place = await prepare(disk);
    const database = await openDatabase(place.config, ENTITIES, pino({ level: 'silent' }));
    server = await startServer({}, { database });
    token = await server.adminToken();
    platform = createServer((_request, response) => void response.end('from the platform'));
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    const { port } = platform.address() as AddressInfo;
    const registered = await register({ port: String(port) });
    route = ((await registered.json()) as { data: { id: string } }).data.id;
  });
  afterAll(async () => {
    await server.stop();
    platform.close();
    disk.clear();
    await place.remove();
    disk.remove();
  });

  const register = async (more: object = {}) =>
    send(`${server.url}/sys/transmit/v1/routes`, {
      method: 'POST',
      body: { name: 'a', protocol: 'http', host: '127.0.0.1', description: 'x'.repeat(200), ...more },
    });
  const graph = async () =>
    send(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: {
        query: `mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`,
        variables: {
          input: { name: 'a', protocol: 'HTTP', host: '127.0.0.1', description: 'x'.repeat(200) },
        },
      },
    });
  const { user, password } = ADMIN;
  const oteLogIn = async () =>
    send(`${server.url}/v1/authorization`, { method: 'POST', body: { user, password } });
  const optimusLogIn = async () =>
    send(`${server.url}/api/v1/login`, { method: 'POST', body: { name: user, password } });
  const forward = async () => {
    const answer = await fetch(`${server.url}/sys/transmit/x`, { headers: { 'plat-route-id': route } });
    return [answer.status, await answer.text()];
  };
  const ready = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return { status: answer.status, detail: ((await answer.json()) as { detail: string }).detail };
  };

  /** Writes until there is no room for what is written. */
  async function refusalOf(write: () => Promise<Response>) {
    for (let count = 0; count < MOST_WRITES; count += 1) {
      const answer = await write();
      const text = await answer.text();
      if (answer.status !== 200 || text.includes('"errors"'))
        return { text, retryAfter: answer.headers.get('retry-after') };
    }
    throw new Error('there is room for everything');
  }

  test('is answered for at every door, named by /readyz, forwarded in spite of, and well when there is room again', async () => {
    disk.fill();
    for (const write of [register, graph, oteLogIn, optimusLogIn]) {
      const { text, retryAfter } = await refusalOf(write);
      expect(text, write.name).toMatch(/"code":("SERVICE_UNAVAILABLE"|503)/);
      expect(text, write.name).toContain(FULL);
      expect(retryAfter, write.name).toBe('2');
      expect(await ready()).toEqual({ status: 503, detail: FULL });
      expect(await forward()).toEqual([200, 'from the platform']);
    }
    // What is read alone goes on.
    expect((await send(`${server.url}/sys/transmit/v1/routes/${route}`)).status).toBe(200);

    disk.clear();
    await expect.poll(ready).toEqual({ status: 200, detail: 'the database answers' });
    for (const write of [register, graph, oteLogIn, optimusLogIn]) {
      const answer = await write();
      expect([answer.status, await answer.text()], write.name).toEqual([
        200,
        expect.not.stringContaining('SERVICE_UNAVAILABLE'),
      ]);
    }
  });
});
