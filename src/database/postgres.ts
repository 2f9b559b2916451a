import { MikroORM, PostgreSqlDriver, defineConfig, type Options } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import type { Config } from '../config/settings.js';
import type { Logger } from '../kernel/logger.js';
import { type Database, assemble } from './database.js';
import { Notifications, listenPostgres } from './notifications.js';
import { type Entities, commonOptions } from './options.js';
import { type SchemaPolicy, applyPolicy } from './schemaPolicy.js';
import { PreparingClient } from './preparingClient.js';

/** Any number that no other program uses on the same database. */
const MIGRATION_LOCK = 4_118_002_301;

/**
 * What a replica or a server that is suddenly gone leaves behind holds nobody up for longer: milliseconds for a
 * connection, an answer, somebody else's lock, and our own transaction's next statement.
 */
const LIMITS = {
  connectionTimeoutMillis: 10_000,
  query_timeout: 60_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  keepAlive: true,
};

function postgresOptions(url: string, pool: number, entities: Entities): Options {
  return defineConfig({
    ...commonOptions(entities),
    driver: PostgreSqlDriver,
    clientUrl: url,
    pool: { min: 0, max: pool },
    // The ORM takes host, user and the like from `clientUrl` alone, and would talk without the TLS that it asks for.
    driverOptions: { connectionString: url, Client: PreparingClient, ...LIMITS },
  });
}

/** One replica at a time: the others wait here and then find nothing left to do. */
async function migratePostgres(orm: MikroORM, url: string, policy: SchemaPolicy): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'isthmus migrations' });
  // The query under way rejects; the event of its own would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await applyPolicy(orm, policy);
  } finally {
    await client.end();
  }
}

/** PostgreSQL at DATABASE_URL. */
export async function openPostgres(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL'>,
  entities: Entities,
  logger: Logger,
  policy: SchemaPolicy,
): Promise<Database> {
  const url = config.DATABASE_URL;
  const orm = await MikroORM.init(postgresOptions(url, config.DATABASE_POOL, entities));
  try {
    await migratePostgres(orm, url, policy);
    const notifications = new Notifications();
    const stop = await listenPostgres(url, notifications, logger);
    return assemble(orm, { url }, notifications, stop);
  } catch (error) {
    await orm.close();
    throw error;
  }
}
