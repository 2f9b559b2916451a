import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { type Options, PostgreSqlDriver, defineConfig } from '@mikro-orm/postgresql';
import { PostgresDialect } from 'kysely';
import { migrations } from './migrations/index.js';
import type { DatabasePool } from './pool.js';

export type Entities = NonNullable<Options['entities']>;

/** Where the job queue keeps tables of its own. */
export const JOBS_SCHEMA = 'jobs';

/** `url` is for its names alone: connections come from the pool, which ends with the ORM. */
export const optionsOn = (
  pool: DatabasePool,
  entities: Entities,
  url = 'postgres://embedded/postgres',
): Options =>
  defineConfig({
    entities,
    driver: PostgreSqlDriver,
    clientUrl: url,
    driverOptions: () => new PostgresDialect({ pool }),
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, silent: true, disableForeignKeys: false },
    forceUtcTimezone: true,
    // pg-boss makes its tables itself.
    schemaGenerator: { skipTables: [`${JOBS_SCHEMA}.job`], ignoreSchema: [JOBS_SCHEMA] },
  });
