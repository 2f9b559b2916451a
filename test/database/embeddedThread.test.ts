import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { embeddedPool } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import type { DatabasePool } from '../../src/database/pool.js';

let folder: string;
let thread: EmbeddedThread;
let pool: DatabasePool;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-'));
  thread = await EmbeddedThread.open({ folder, look: 20 });
});
afterAll(async () => {
  await thread.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  pool = embeddedPool(thread);
  await pool.query('create table things (id int primary key, name text)');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await pool.query('drop table things');
  await pool.end();
});

const ids = async (): Promise<number[]> => {
  const { rows } = await pool.query<{ id: number }>('select id from things order by id');
  return rows.map(({ id }) => id);
};
const insert = 'insert into things (id) values ($1)';

test('a long statement holds up nothing else', async () => {
  let turns = 0;
  const count = setInterval(() => (turns += 1));
  await pool.query('select count(*) from generate_series(1, 3000000)');
  clearInterval(count);
  expect(turns).toBeGreaterThan(20);
});

test('a large answer, and a large value, come as they are', async () => {
  const text = 'ä€🙂'.repeat(300_000);
  const { rows } = await pool.query('select $1::text as text, n from generate_series(1, 3) n', [text]);
  expect(rows).toEqual([1, 2, 3].map((n) => ({ text, n })));
});

test('failures tell their code, and hold up nothing', async () => {
  for (const _time of [1, 2, 3]) {
    await expect(pool.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
    await expect(pool.query('select wrong', [])).rejects.toMatchObject({ code: '42703' });
    await pool.query('delete from things');
    await pool.query(insert, [1]);
    await expect(pool.query(insert, [1])).rejects.toMatchObject({ code: '23505' });
  }
  expect(await ids()).toEqual([1]);
});

test('others wait for the end of a transaction', async () => {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(insert, [1]);
  const others = ids();
  await client.query(insert, [2]);
  await client.query('commit');
  client.release();
  expect(await others).toEqual([1, 2]);
});

test('a connection finds nothing that the one before has begun, prepared or set', async () => {
  const client = await pool.connect();
  await client.query('create temp table passing (id int)');
  for (const id of [1, 2, 3]) await client.query(insert, [id]);
  await client.query(`set application_name = 'before'; begin; delete from things`);
  client.release(true);
  expect(await ids()).toEqual([1, 2, 3]);
  const { rows } = await pool.query(
    `select current_setting('application_name') as name, to_regclass('passing') as passing,
       (select count(*)::int from pg_prepared_statements) as prepared`,
  );
  expect(rows).toEqual([{ name: '', passing: null, prepared: 0 }]);
});

test('after a crash what waits fails, and what comes next finds what was committed', async () => {
  await pool.end();
  const posted = vi.spyOn(Worker.prototype, 'postMessage');
  pool = embeddedPool(thread);
  await pool.query(insert, [1]);
  const client = await pool.connect();
  await client.query('begin');
  await client.query(insert, [2]);
  const waiting = client.query('select count(*) from generate_series(1, 20000000)');
  const ended = (posted.mock.contexts[0] as Worker).terminate();
  await expect(waiting).rejects.toMatchObject({ cause: { code: 'UNAVAILABLE' } });
  await ended;
  client.release(true);
  expect(await ids()).toEqual([1]);
});

test('the log is cut short while the database is open', async () => {
  const files = () =>
    readdirSync(join(folder, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
  for (let round = 0; round < 12; round += 1) {
    await pool.query(`insert into things select n, repeat('x', 1000) from generate_series(10, 10000) n`);
    await pool.query('delete from things');
  }
  await expect.poll(files).toBeLessThanOrEqual(5);
});

/** More than a file of PostgreSQL's log takes. */
const MANY = `insert into things select n, repeat('x', 1000) from generate_series(10, 30000) n`;

test('a log that cannot be written is the end of what waits alone, and of nothing that was committed', async () => {
  await pool.query(insert, [1]);
  const log = join(folder, 'pg_wal');
  renameSync(log, `${log}.away`);
  writeFileSync(log, '');
  const refusal = { cause: { code: 'UNAVAILABLE', message: 'the database does not answer' } };
  for (const _time of [1, 2, 3]) await expect(pool.query(MANY)).rejects.toMatchObject(refusal);
  rmSync(log);
  renameSync(`${log}.away`, log);
  await expect.poll(ids).toEqual([1]);
});
