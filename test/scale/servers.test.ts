import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { Topic } from '../../src/database/notifications.js';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { type PostgresServer, startPostgresServer, startStandby } from '../support/postgresServer.js';

const logger = pino({ level: 'silent' });
const TOPIC = new Topic<{ text: string }>('test');

let first: PostgresServer;
let second: PostgresServer;

beforeAll(async () => {
  first = await startPostgresServer();
  second = await startStandby(first);
});

afterAll(async () => {
  await second.remove();
  await first.remove();
});

const placeOf = (server: PostgresServer) => new URL(server.url()).host;

/** The one that does not take writes comes first. */
const urlOf = () => `postgres://isthmus@${placeOf(second)},${placeOf(first)}/postgres`;

const open = async (url: string): Promise<Database> =>
  openDatabase({ DATABASE_URL: url, DATABASE_POOL: 3, DATA_DIR: '' }, ENTITIES, logger);

const portOf = async (database: Database): Promise<unknown> =>
  (await database.query('select inet_server_port() as "port"')).rows[0]?.['port'];

test('standbys alone are refused, with what to do', async () => {
  const opening = open(`postgres://isthmus@${placeOf(second)}/postgres?target_session_attrs=primary`);
  await expect(opening).rejects.toThrow(/no server that is named takes them; .*promote/);
});

test('servers that are away are told of as one would be', async () => {
  const opening = open('postgres://isthmus@127.0.0.1:1,127.0.0.1:2/postgres');
  await expect(opening).rejects.toThrow(/^DATABASE_URL: .*ECONNREFUSED.*; start PostgreSQL there/);
});

test.each([
  ['first', 0],
  ['last', 1],
])(
  'of two that take writes, the one that took over is written to, where it stands %s',
  async (_place, index) => {
    const old = await startPostgresServer();
    onTestFinished(() => old.remove());
    const newer = await startStandby(old);
    onTestFinished(() => newer.remove());
    await newer.run('select pg_promote()');
    const places = [placeOf(old), placeOf(old)].with(index, placeOf(newer));
    const database = await open(`postgres://isthmus@${places.join()}/postgres`);
    onTestFinished(() => database.close());
    expect(await portOf(database)).toBe(Number(new URL(newer.url()).port));
    expect((await old.run('select pg_is_in_recovery() as "isStandby"'))[0]).toEqual({ isStandby: false });
  },
);

test('the server that takes writes is found, and the one that takes its place, by whoever listens too', async () => {
  const database = await open(urlOf());
  const heard: string[] = [];
  database.notifications.subscribe(TOPIC, ({ text }) => heard.push(text));
  try {
    expect(await portOf(database)).toBe(Number(new URL(first.url()).port));

    await first.stop();
    await expect(database.query('select 1')).rejects.toThrow();
    // Without waiting: what waits there holds a snapshot, and may hold up what is to be replayed first.
    await second.run('select pg_promote(false)');
    await expect
      .poll(async () => portOf(database).catch(() => undefined))
      .toBe(Number(new URL(second.url()).port));
    await expect.poll(async () => (await database.health()).ready).toBe(true);

    await expect.poll(() => database.notifications.isConnected).toBe(true);
    const text = JSON.stringify({ topic: TOPIC.name, payload: { text: 'from the new primary' } });
    await second.run(`select pg_notify('isthmus', '${text}')`);
    await expect.poll(() => heard).toEqual(['from the new primary']);
  } finally {
    await database.close();
  }
});
