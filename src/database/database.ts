import { CompiledQuery } from 'kysely';
import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import type { PGlite } from '@electric-sql/pglite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/settings.js';
import type { Logger } from '../kernel/logger.js';
import { lockFolder } from './lock.js';
import { Notifications, listenEmbedded, listenPostgres } from './notifications.js';
import { type Entities, embeddedOptions, openPglite, postgresOptions } from './options.js';

/** Any number that no other program uses on the same database. */
const MIGRATION_LOCK = 4_118_002_301;

/** What else keeps tables of its own here connects to: a server, or the database in this process. */
export type NativeDatabase = { url: string } | { pglite: PGlite };

export interface Database {
  readonly native: NativeDatabase;
  /** An entity manager of its own for one request or job. */
  readonly fork: () => EntityManager;
  /** Reads plain rows, in the transaction that is open, if one is; holds no entities, so that all requests share it. */
  readonly reader: Pick<EntityManager, 'getKysely'>;
  readonly notifications: Notifications;
  /** A statement with `$1` parameters, outside any transaction. */
  readonly query: (
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<{ rows: Record<string, unknown>[] }>;
  readonly close: () => Promise<void>;
}

type DatabaseConfig = Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL' | 'DATA_DIR'>;

async function migrate(orm: MikroORM): Promise<void> {
  await orm.migrator.up();
}

/** One replica at a time: the others wait here and then find nothing left to do. */
async function migratePostgres(orm: MikroORM, url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'isthmus migrations' });
  // The query under way rejects; the event of its own would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(orm);
  } finally {
    await client.end();
  }
}

function assemble(
  orm: MikroORM,
  native: NativeDatabase,
  notifications: Notifications,
  stopListening: () => Promise<void>,
  closed = async () => {},
): Database {
  orm.em.getEventManager().registerSubscriber(notifications);
  return {
    native,
    // Within em.transactional() every query must run on the transaction's manager: on the embedded
    // database's single connection any other would wait for ever. `useContext` sees to that.
    fork: () => orm.em.fork({ useContext: true }),
    reader: orm.em,
    notifications,
    async query(sql, parameters = []) {
      const { rows } = await orm.em
        .fork()
        .getKysely()
        .executeQuery(CompiledQuery.raw(sql, [...parameters]));
      return { rows: rows as Record<string, unknown>[] };
    },
    async close() {
      await stopListening();
      await orm.close();
      await closed();
    },
  };
}

async function openPostgres(config: DatabaseConfig, entities: Entities, logger: Logger): Promise<Database> {
  const url = config.DATABASE_URL;
  const orm = await MikroORM.init(postgresOptions(url, config.DATABASE_POOL, entities));
  try {
    await migratePostgres(orm, url);
    const notifications = new Notifications();
    const stop = await listenPostgres(url, notifications, logger);
    return assemble(orm, { url }, notifications, stop);
  } catch (error) {
    await orm.close();
    throw error;
  }
}

/** The embedded database in memory, for tests; `image` is an earlier one's `dumpDataDir('none')`. */
export async function openInMemory(
  entities: Entities,
  image?: Blob,
): Promise<Database & { dump(): Promise<Blob> }> {
  return openEmbedded(undefined, entities, () => {}, image);
}

async function openEmbedded(
  folder: string | undefined,
  entities: Entities,
  release: () => void,
  image?: Blob,
) {
  const pglite = await openPglite(folder, image);
  const orm = await MikroORM.init(embeddedOptions(pglite, entities));
  await migrate(orm);
  const notifications = new Notifications();
  const stop = await listenEmbedded(pglite, notifications);
  const close = async () => {
    await pglite.close();
    release();
  };
  return { ...assemble(orm, { pglite }, notifications, stop, close), dump: () => pglite.dumpDataDir('none') };
}

async function openFolder(config: DatabaseConfig, entities: Entities): Promise<Database> {
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const release = lockFolder(join(config.DATA_DIR, 'database.lock'));
  try {
    return await openEmbedded(join(config.DATA_DIR, 'database'), entities, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** Opens PostgreSQL when DATABASE_URL is set, else the embedded database in DATA_DIR, and brings its schema up to date. */
export async function openDatabase(
  config: DatabaseConfig,
  entities: Entities,
  logger: Logger,
): Promise<Database> {
  return config.DATABASE_URL ? openPostgres(config, entities, logger) : openFolder(config, entities);
}
