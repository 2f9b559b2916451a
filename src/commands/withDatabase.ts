import type { Config } from '../config/settings.js';
import type { SchemaPolicy } from '../database/schemaPolicy.js';
import { explainUse } from '../database/startFailures.js';
import type { Loggers } from '../log/logger.js';
import { type Opened, openOurs } from '../opened.js';

/** Opens the database for as long as `use` takes. */
export async function withDatabase<T>(
  config: Config,
  { logger }: Loggers,
  use: (opened: Opened) => Promise<T>,
  policy: SchemaPolicy = 'migrate',
): Promise<T> {
  const opened = await openOurs(config, logger, policy);
  try {
    return await use(opened);
  } catch (error) {
    throw explainUse(error, config);
  } finally {
    await opened.database.close();
  }
}
