import { PGlite } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { PgliteDriver, createPostgreSqlTypeParsers, defineConfig } from '@mikro-orm/pglite';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import array from 'postgres-array';
import type { Config } from '../config/settings.js';
import { type Database, assemble, migrate } from './database.js';
import { lockFolder } from './lock.js';
import { Notifications, listenEmbedded } from './notifications.js';
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
    const results = await query<T>(...statement);
    await nextTurn();
    return results;
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

/** A database on the open PGlite; `closed` is called when nothing uses it any more. */
export async function openOn(
  pglite: PGlite,
  entities: Entities,
  closed: () => Promise<void>,
): Promise<Database> {
  const orm = await MikroORM.init(embeddedOptions(pglite, entities));
  await migrate(orm);
  const notifications = new Notifications();
  const stop = await listenEmbedded(pglite, notifications);
  return assemble(orm, { pglite }, notifications, stop, closed);
}

/** The embedded database in DATA_DIR, which one process at a time may have open. */
export async function openFolder(config: Pick<Config, 'DATA_DIR'>, entities: Entities): Promise<Database> {
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const release = lockFolder(join(config.DATA_DIR, 'database.lock'));
  try {
    const pglite = await openPglite(join(config.DATA_DIR, 'database'));
    return await openOn(pglite, entities, async () => {
      await pglite.close();
      release();
    });
  } catch (error) {
    release();
    throw error;
  }
}
