import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import { page } from '../../src/database/page.js';
import { rowPerKey } from '../../src/database/rowsBy.js';
import { Platform } from '../../src/domains/platforms/index.js';
import type { LateReaders, Reader } from '../../src/kernel/context.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { createLogger } from '../../src/log/logger.js';
import { ENTITIES } from '../../src/modules.js';
import { type PostgresServer, startPostgresServer, startStandby } from '../support/postgresServer.js';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';

let primary: PostgresServer;
let standby: PostgresServer;
let replicas: [Database, Database];
let lines: string[];

beforeAll(async () => {
  primary = await startPostgresServer();
  standby = await startStandby(primary);
});
afterAll(async () => {
  await standby.remove();
  await primary.remove();
});

const open = async (readUrls: string[]): Promise<Database> =>
  openDatabase(
    { DATABASE_URL: primary.url(), DATABASE_READ_URLS: readUrls, DATABASE_POOL: 3, DATA_DIR: '' },
    ENTITIES,
    createLogger('info', { write: (line) => void lines.push(line) }),
  );

beforeEach(async () => {
  lines = [];
  replicas = [await open([standby.url()]), await open([standby.url()])];
});
afterEach(async () => {
  await Promise.all(replicas.map(async (database) => database.close()));
});

const readersOf = ({ lateReaders }: Database): LateReaders => {
  if (!lateReaders) throw new Error('there are no copies');
  return lateReaders;
};

/** A reader of the standby, as soon as there is one. */
async function readerOf(database: Database, userId = 1): Promise<Reader> {
  let reader: Reader | undefined;
  await expect.poll(async () => (reader = await readersOf(database).readerFor(userId))).toBeDefined();
  return reader as Reader;
}

const pause = async (): Promise<void> => {
  await standby.run('select pg_wal_replay_pause()');
  await expect
    .poll(async () => (await standby.run('select pg_get_wal_replay_pause_state() as "state"'))[0]?.['state'])
    .toBe('paused');
  onTestFinished(async () => void (await standby.run('select pg_wal_replay_resume()')));
};

/** Something that the standby has not got, while it is paused. */
async function insert(name: string): Promise<string> {
  const id = randomUUID();
  await primary.run(
    `insert into platforms (id, name, kind, protocol, host, description, created_at, updated_at)
      values ('${id}', '${name}', 'GENERIC', 'http', '127.0.0.1', '', now(), now())`,
  );
  return id;
}

async function names(reader: Reader): Promise<string[]> {
  const { nodes } = await page(reader, Platform, { args: { first: 100 } });
  return nodes.map(({ name }) => name);
}

test('what is late is a list, and never that a single row is missing', async () => {
  const reader = await readerOf(replicas[0]);
  await pause();
  const id = await insert('a late one');
  expect(await names(reader)).not.toContain('a late one');
  expect(await names(replicas[0].reader)).toContain('a late one');
  const [found, missing] = await rowPerKey(reader, Platform, 'id', [id, randomUUID()]);
  expect(found?.name).toBe('a late one');
  expect(missing).toBeNull();
});

test('whoever has written reads from what has that, at every replica, from the next moment on', async () => {
  const [first, second] = replicas;
  for (const database of replicas) await readerOf(database);
  await pause();
  await insert('before many writes');
  for (let userId = 1; userId <= 50; userId += 1) {
    await readersOf(first).noteWrite(userId);
    const readers = await Promise.all(
      [readersOf(second), readersOf(first)].map((of) => of.readerFor(userId)),
    );
    expect(readers).toEqual([undefined, undefined]);
  }
  await standby.run('select pg_wal_replay_resume()');
  for (const database of replicas)
    expect(await names(await readerOf(database))).toContain('before many writes');
});

test('a transaction reads what it has written', async () => {
  const [database] = replicas;
  const reader = await readerOf(database);
  await insert('a name');
  const em = database.fork();
  await em.transactional(async (tx) => {
    await tx.execute(`update platforms set name = 'changed' where name = 'a name'`);
    expect(await names(reader)).toContain('changed');
  });
});

test('a standby that stands still, or is gone, is done without until it is back', async () => {
  const [database] = replicas;
  const reader = await readerOf(database);
  const all = await names(database.reader);

  standby.freeze();
  expect(await names(reader)).toEqual(all);
  standby.thaw();
  expect(await names(await readerOf(database))).toEqual(all);

  await standby.stop();
  expect(await names(reader)).toEqual(all);
  await expect.poll(async () => readersOf(database).readerFor(1)).toBeUndefined();
  await standby.start();
  expect(await names(await readerOf(database))).toEqual(all);
  await expect.poll(() => lines.join('')).toContain('is not read from');
});

test('neither the primary nor a copy of another database is read from', async () => {
  const other = await startPostgresServer();
  onTestFinished(async () => other.remove());
  const database = await open([primary.url(), other.url()]);
  onTestFinished(async () => database.close());
  const refused = () =>
    new Set(lines.flatMap((line) => /"copy":(\d).*is not read from/.exec(line)?.[1] ?? []));
  await expect.poll(() => refused().size).toBe(2);
  expect(await readersOf(database).readerFor(1)).toBeUndefined();
});

test('through the doors, lists come from the standby and have what the caller wrote', async () => {
  const databases = [await open([standby.url()]), await open([standby.url()])];
  const SECRET_KEY = generateSecretKey();
  const servers: TestServer[] = [];
  for (const database of databases) servers.push(await startServer({ SECRET_KEY }, { database }));
  onTestFinished(async () => void (await Promise.all(servers.map(async (server) => server.stop()))));
  const token = await servers[0]?.adminToken();
  const reads = async () =>
    standby.run(
      `select 1 from pg_stat_activity where application_name = 'isthmus reads' and query like '%"platforms"%'`,
    );
  const list = async (url = '') => {
    const { data } = await query<{ platforms: { nodes: { name: string }[] } }>(
      url,
      '{ platforms(first: 100) { nodes { name } } }',
      { token },
    );
    return data?.platforms.nodes.map(({ name }) => name);
  };
  for (const { url } of servers) {
    await expect
      .poll(async () => {
        await list(url);
        return reads();
      })
      .not.toEqual([]);
  }

  await pause();
  const name = `by GraphQL ${randomUUID()}`;
  const { errors } = await query(
    servers[0]?.url ?? '',
    'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
    { variables: { input: { name, protocol: 'HTTP', host: '127.0.0.1' } }, token },
  );
  expect(errors).toEqual([]);
  for (const { url } of servers) expect(await list(url)).toContain(name);

  const byRest = `by REST ${randomUUID()}`;
  const registered = await send(`${servers[1]?.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    headers: { 'x-access-token': token ?? '' },
    body: { name: byRest, protocol: 'http', host: '127.0.0.1', port: '' },
  });
  expect(registered.status).toBe(200);
  for (const { url } of servers) {
    expect(await list(url)).toContain(byRest);
    const found = await send(`${url}/sys/transmit/v1/routes`, { headers: { 'x-access-token': token ?? '' } });
    expect(await found.text()).toContain(byRest);
  }
});
