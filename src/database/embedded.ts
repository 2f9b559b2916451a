import { PGlite } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { PgliteDriver, createPostgreSqlTypeParsers, defineConfig } from '@mikro-orm/pglite';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import array from 'postgres-array';
import type { Config } from '../config/settings.js';
import { type Database, assemble, healthOf } from './database.js';
import { explained, isServerError } from './failures.js';
import { listenEmbedded } from './listener.js';
import { lockFolder } from './lock.js';
import { migrate } from './migrate.js';
import { Notifications } from './notifications.js';
import { type Entities, commonOptions } from './options.js';

/** PGlite lives inside our process; PostgreSQL's own defaults would reserve 128 MB more. */
const EMBEDDED_CONFIGURATION = ['shared_buffers=16MB', 'max_connections=10'];

/** Opens the embedded database in `folder`, or in memory without one; a new one starts from `image`, a dumped data folder. */
export async function openPglite(folder: string | undefined, image?: Blob): Promise<PGlite> {
  const exists = folder !== undefined && existsSync(join(folder, 'PG_VERSION'));
  const pglite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(exists ? {} : { loadDataDir: image ?? (await prepopulatedDataDir()) }),
    postgresqlconf: EMBEDDED_CONFIGURATION,
    // As MikroORM sets them on an instance of its own, which could not take `loadDataDir`: it clones its options.
    parsers: createPostgreSqlTypeParsers((text) => array.parse(text)),
  });
  return Object.assign(pglite, { query: inTurns(pglite) });
}

/** It answers without leaving this turn of the event loop: several statements of one request would hold up all others. */
function inTurns(pglite: PGlite): PGlite['query'] {
  const query = pglite.query.bind(pglite);
  return async <T>(...statement: Parameters<PGlite['query']>) => {
    try {
      return await query<T>(...statement);
    } catch (error) {
      throw isServerError(error) ? explained(error) : error;
    } finally {
      await nextTurn();
    }
  };
}

export function embeddedOptions(pglite: PGlite, entities: Entities): Options {
  const options = defineConfig({
    ...commonOptions(entities),
    driver: PgliteDriver,
    dbName: 'postgres',
    driverOptions: { pglite: () => pglite },
  });
  // Both drivers extend the same SQL driver; only their connections differ.
  return options as unknown as Options;
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
  const database = assemble({
    orm,
    native: { pglite },
    notifications,
    health: healthOf(orm),
    stopListening: await listenEmbedded(pglite, notifications),
    closed: async () => {
      await pglite.close();
      release();
    },
  });
  return { ...database, dump: () => pglite.dumpDataDir('none') };
}

/** The embedded database in DATA_DIR, which one process at a time may have open. */
export async function openFolder(config: Pick<Config, 'DATA_DIR'>, entities: Entities): Promise<Database> {
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const release = await lockFolder(join(config.DATA_DIR, 'database.lock'));
  try {
    return await openEmbedded(join(config.DATA_DIR, 'database'), entities, release);
  } catch (error) {
    release();
    throw error;
  }
}
