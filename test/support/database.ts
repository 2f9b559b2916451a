import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import type { Logger } from '../../src/log/logger.js';
import { ENTITIES } from '../../src/modules.js';
import { openEmbedded } from './embedded.js';

/** PostgreSQL to run the suite on, with the right to create databases; the embedded database without it. */
export const TEST_DATABASE_URL = process.env['TEST_DATABASE_URL'] ?? '';

/** Names the connections of the tests themselves. */
const TESTER = 'isthmus tests';

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, application_name: TESTER });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export interface EmptyDatabase {
  url: string;
  execute: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Runs the statement and keeps its transaction open. */
  hold: (sql: string) => Promise<{ release: () => Promise<void> }>;
  /** Ends every connection of the server under test. */
  cut: () => Promise<unknown>;
  drop: () => Promise<unknown>;
}

/** A PostgreSQL database of its own for a test; `options` as `create database` knows them. */
export async function createPostgres(options = ''): Promise<EmptyDatabase> {
  const name = `isthmus_test_${randomBytes(6).toString('hex')}`;
  await run(TEST_DATABASE_URL, `create database ${name} ${options}`);
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    execute: (sql) => run(url.href, sql),
    hold: async (sql) => {
      const client = new Client({ connectionString: url.href, application_name: TESTER });
      await client.connect();
      await client.query('begin');
      await client.query(sql);
      return { release: () => client.end() };
    },
    cut: () =>
      run(
        url.href,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
          and application_name <> '${TESTER}'`,
      ),
    drop: () => run(TEST_DATABASE_URL, `drop database if exists ${name} with (force)`),
  };
}

/** A migrated PostgreSQL database, dropped when closed, and what else happens to it. */
export async function openPostgres(
  logger: Logger,
  pool: number,
): Promise<{ postgres: EmptyDatabase; database: Database }> {
  const postgres = await createPostgres();
  const config = { DATABASE_URL: postgres.url, DATABASE_POOL: pool, DATA_DIR: '' };
  const database = await openDatabase(config, ENTITIES, logger);
  const close = async () => {
    await database.close();
    await postgres.drop();
  };
  return { postgres, database: { ...database, close } };
}

/** A migrated database, dropped when closed: on PostgreSQL where the suite runs on it, else embedded in memory. */
export async function openTestDatabase(logger: Logger): Promise<Database> {
  if (!TEST_DATABASE_URL) return openEmbedded();
  return (await openPostgres(logger, 5)).database;
}
