import { PGlite } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import {
  PgliteDriver,
  createPostgreSqlTypeParsers,
  defineConfig as definePgliteConfig,
} from '@mikro-orm/pglite';
import { PostgreSqlDriver, defineConfig, type Options } from '@mikro-orm/postgresql';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import array from 'postgres-array';
import { migrations } from './migrations/index.js';
import { PreparingClient } from './preparingClient.js';

export type Entities = NonNullable<Options['entities']>;

/** PGlite lives inside our process; PostgreSQL's own defaults would reserve 128 MB more. */
const EMBEDDED_CONFIGURATION = ['shared_buffers=16MB', 'max_connections=10'];

const common = (entities: Entities) => ({
  entities,
  metadataProvider: ReflectMetadataProvider,
  extensions: [Migrator],
  migrations: { migrationsList: migrations, snapshot: false, silent: true, disableForeignKeys: false },
  forceUtcTimezone: true,
  // Made by migrations and used by statements of their own, without managed entities.
  schemaGenerator: {
    skipTables: [
      'installation',
      'login_failures',
      'clusters',
      'cluster_labels',
      'cluster_namespaces',
      'cluster_watchers',
      'nodes',
      'node_labels',
      'node_label_counts',
    ],
    ignoreSchema: ['jobs'],
  },
});

export function postgresOptions(url: string, pool: number, entities: Entities): Options {
  return defineConfig({
    ...common(entities),
    driver: PostgreSqlDriver,
    clientUrl: url,
    pool: { min: 0, max: pool },
    driverOptions: { Client: PreparingClient },
  });
}

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
  const options = definePgliteConfig({
    ...common(entities),
    driver: PgliteDriver,
    dbName: 'postgres',
    driverOptions: { pglite: () => pglite },
  });
  // Both drivers extend the same SQL driver; only their connections differ.
  return options as unknown as Options;
}
