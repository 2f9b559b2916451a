import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import type { Options } from '@mikro-orm/postgresql';
import { migrations } from './migrations/index.js';

export type Entities = NonNullable<Options['entities']>;

/** Where the job queue keeps tables of its own. */
export const JOBS_SCHEMA = 'jobs';

/** What does not depend on where the database is. */
export const commonOptions = (entities: Entities) => ({
  entities,
  metadataProvider: ReflectMetadataProvider,
  extensions: [Migrator],
  migrations: { migrationsList: migrations, snapshot: false, silent: true, disableForeignKeys: false },
  forceUtcTimezone: true,
  // pg-boss makes its tables itself.
  schemaGenerator: { skipTables: [`${JOBS_SCHEMA}.job`], ignoreSchema: [JOBS_SCHEMA] },
});
