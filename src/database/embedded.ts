import { PGlite } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { PgliteDriver, createPostgreSqlTypeParsers, defineConfig } from '@mikro-orm/pglite';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import array from 'postgres-array';
import { openDataFolder, unusable } from '../config/dataFolder.js';
import type { Config } from '../config/settings.js';
import { DomainError } from '../kernel/errors.js';
import { type Database, assemble, healthOf } from './database.js';
import { listenEmbedded } from './listener.js';
import { lockFolder } from './lock.js';
import { Notifications } from './notifications.js';
import { type Entities, commonOptions } from './options.js';
import { type Purpose, applyPolicy } from './schemaPolicy.js';
import { SharedPglite } from './sharedPglite.js';
import { explainEmbedded } from './startFailures.js';

/** PGlite lives inside our process; PostgreSQL's own defaults would reserve 128 MB more. */
const EMBEDDED_CONFIGURATION = ['shared_buffers=16MB', 'max_connections=10'];

/** Opens the embedded database in `folder`, or in memory without one; a new one starts from `image`, a dumped data folder. */
export async function openPglite(folder: string | undefined, image?: Blob): Promise<SharedPglite> {
  const exists = folder !== undefined && existsSync(join(folder, 'PG_VERSION'));
  const pglite = new PGlite({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(exists ? {} : { loadDataDir: image ?? (await prepopulatedDataDir()) }),
    postgresqlconf: EMBEDDED_CONFIGURATION,
    // As MikroORM sets them on an instance of its own, which could not take `loadDataDir`: it clones its options.
    parsers: createPostgreSqlTypeParsers((text) => array.parse(text)),
  });
  await pglite.waitReady;
  return new SharedPglite(pglite);
}

export function embeddedOptions(pglite: SharedPglite, entities: Entities): Options {
  const options = defineConfig({
    ...commonOptions(entities),
    driver: PgliteDriver,
    dbName: 'postgres',
    driverOptions: { pglite: () => pglite },
  });
  // Both drivers extend the same SQL driver; only their connections differ.
  return options as unknown as Options;
}

interface Opening extends Purpose {
  /** Called when nothing uses it any more. */
  closed: () => Promise<void>;
}

/** A database on the open PGlite. */
export async function openOn(
  pglite: SharedPglite,
  entities: Entities,
  { closed, ...purpose }: Opening,
): Promise<Database> {
  const orm = await MikroORM.init(embeddedOptions(pglite, entities));
  await applyPolicy(orm, purpose);
  const notifications = new Notifications();
  const health = healthOf(orm);
  pglite.onFailure = (error) => health.note(error);
  const stopListening = await listenEmbedded(pglite, notifications);
  return assemble({ orm, native: { pglite }, notifications, health, stopListening, closed });
}

/** The embedded database in DATA_DIR, which one process at a time may have open. */
export async function openFolder(
  config: Pick<Config, 'DATA_DIR'>,
  entities: Entities,
  purpose: Purpose,
): Promise<Database> {
  openDataFolder(config.DATA_DIR);
  const folder = join(config.DATA_DIR, 'database');
  const release = await lockFolder(join(config.DATA_DIR, 'database.lock')).catch((error: unknown) => {
    throw error instanceof DomainError ? error : unusable(config.DATA_DIR, error);
  });
  try {
    const pglite = await openPglite(folder);
    const closed = async () => {
      await pglite.close();
      release();
    };
    return await openOn(pglite, entities, { ...purpose, closed });
  } catch (error) {
    release();
    throw explainEmbedded(error, folder);
  }
}
