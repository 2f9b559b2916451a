import type { Config } from '../config/settings.js';
import type { Logger } from '../log/logger.js';
import type { Database } from './database.js';
import type { Folder } from './folder.js';
import type { Entities } from './options.js';
import type { Purpose } from './schemaPolicy.js';
import { explainPostgres } from './startFailures.js';

/** Opens PostgreSQL when DATABASE_URL is set, else the embedded database in DATA_DIR, whose folder may have been taken. */
export async function openDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL' | 'DATA_DIR'> &
    Partial<Pick<Config, 'DATABASE_READ_URLS'>>,
  entities: Entities,
  logger: Logger,
  purpose: Purpose = { policy: 'migrate' },
  folder?: Folder,
): Promise<Database> {
  // Only one of them is loaded: each costs memory and time at the start.
  if (config.DATABASE_URL) {
    const { openPostgres } = await import('./postgres.js');
    return openPostgres(config, entities, logger, purpose).catch((error: unknown) => {
      throw explainPostgres(error);
    });
  }
  const taken = folder ?? (await (await import('./folder.js')).takeFolder(config));
  return (await import('./embedded.js')).openFolder(taken, entities, purpose);
}
