import type { Config } from '../config/settings.js';
import type { Logger } from '../log/logger.js';
import type { Database } from './database.js';
import type { Entities } from './options.js';
import type { Purpose } from './schemaPolicy.js';
import { explainPostgres } from './startFailures.js';

/** Opens PostgreSQL when DATABASE_URL is set, else the embedded database in DATA_DIR. */
export async function openDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL' | 'DATA_DIR'> &
    Partial<Pick<Config, 'DATABASE_READ_URLS'>>,
  entities: Entities,
  logger: Logger,
  purpose: Purpose = { policy: 'migrate' },
): Promise<Database> {
  // Only one of them is loaded: each costs memory and time at the start.
  if (config.DATABASE_URL) {
    const { openPostgres } = await import('./postgres.js');
    return openPostgres(config, entities, logger, purpose).catch((error: unknown) => {
      throw explainPostgres(error);
    });
  }
  return (await import('./embedded.js')).openFolder(config, entities, purpose);
}
