import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import type { PreparingClient as Client } from '../../src/database/preparingClient.js';
import { forwarderTo } from '../support/forwarder.js';
import {
  type EmptyDatabase,
  TEST_DATABASE_URL,
  createPostgres,
  openTestDatabase,
} from '../support/database.js';

describe.runIf(TEST_DATABASE_URL)('statements that come again', () => {
  let database: EmptyDatabase;
  let client: Client;
  let PreparingClient: typeof import('../../src/database/preparingClient.js').PreparingClient;
  beforeAll(async () => {
    // How many statements are prepared is counted for the process.
    vi.resetModules();
    ({ PreparingClient } = await import('../../src/database/preparingClient.js'));
    database = await createPostgres();
    client = new PreparingClient({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  let statement: string;
  beforeEach(({ task }) => {
    statement = `select $1::int + 1 as "next", '${task.id}' as "test"`;
  });

  const prepared = async (text: string): Promise<number> => {
    const { rows } = await client.query('select name from pg_prepared_statements where statement = $1', [
      text,
    ]);
    return rows.length;
  };

  test('are prepared the second time, once, and answer as before', async () => {
    for (const [value, times] of [
      [1, 0],
      [2, 1],
      [3, 1],
    ] as const) {
      const { rows } = await client.query(statement, [value]);
      expect(rows).toMatchObject([{ next: value + 1 }]);
      expect(await prepared(statement)).toBe(times);
    }
  });

  test('go on after a column was added', async () => {
    await database.execute('create table things (id int); insert into things values (1)');
    const all = 'select t.* from things t where id = $1';
    const read = async () => (await client.query(all, [1])).rows as unknown[];
    for (let time = 0; time < 3; time += 1) expect(await read()).toEqual([{ id: 1 }]);
    await database.execute('alter table things add column name text');
    expect(await read()).toEqual([{ id: 1, name: null }]);
  });

  test('are not while they have no parameters, nor when they are long', async () => {
    const long = `${statement} -- ${'x'.repeat(10_000)}`;
    for (const text of ['select 1', long, 'select 1', long])
      await client.query(text, text === long ? [1] : undefined);
    expect([await prepared('select 1'), await prepared(long)]).toEqual([0, 0]);
  });

  test('tell their errors as others do', async () => {
    const failing = `${statement}, 1 / $2::int`;
    for (const _time of [1, 2, 3]) {
      await expect(client.query(failing, [1, 0])).rejects.toMatchObject({ code: '22012' });
      expect((await client.query(failing, [1, 1])).rows).toHaveLength(1);
    }
  });

  test('that the server never answers cost the connection, not those who come after', async () => {
    const forwarder = await forwarderTo(database.url);
    const pool = new Pool({
      connectionString: forwarder.url,
      Client: PreparingClient,
      query_timeout: 300,
      max: 1,
    });
    pool.on('error', () => undefined);
    const ask = async () => {
      const connection = await pool.connect();
      connection.on('error', () => undefined);
      try {
        return (await connection.query('select 1 as "one"', [])).rows as unknown[];
      } finally {
        connection.release();
      }
    };
    try {
      expect(await ask()).toEqual([{ one: 1 }]);
      forwarder.become('silent');
      await expect(ask()).rejects.toThrow('timeout');
      forwarder.become('there');
      expect(await ask()).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
      await forwarder.close();
    }
  });

  test('are no more than a connection can bear, and those that still come are among them', async () => {
    const run = async (text: string, value: number) =>
      expect((await client.query(text, [value])).rows).toMatchObject([{ next: value + 1 }]);
    for (let index = 0; index < 300; index += 1) {
      const text = `${statement} -- ${index}`;
      // Not waited for, as within a transaction; every tenth asks for what comes always.
      await Promise.all([run(text, 1), run(text, 2), ...(index % 10 === 0 ? [run(statement, index)] : [])]);
    }
    await run(statement, 1);
    const { rows } = await client.query('select count(*)::int as count from pg_prepared_statements', []);
    expect((rows[0] as { count: number }).count).toBeLessThanOrEqual(200);
    expect(await prepared(statement)).toBe(1);
  });
});

test.runIf(TEST_DATABASE_URL)('locks and transactions of ours that stand still have a limit', async () => {
  const database = await openTestDatabase(pino({ level: 'silent' }));
  try {
    const { rows } = await database.query(
      `select name, setting from pg_settings where name in ('lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
    );
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '15000' },
      { name: 'lock_timeout', setting: '10000' },
    ]);
  } finally {
    await database.close();
  }
});
