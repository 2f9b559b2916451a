import { readSecretKey } from '../config/secretKey.js';
import type { Config } from '../config/settings.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open.js';
import type { SchemaPolicy } from '../database/schemaPolicy.js';
import type { Loggers } from '../log/logger.js';
import { SecretBox } from '../kernel/secrets.js';
import { ENTITIES } from '../modules.js';

/** What a command works on that needs no service. */
export interface Opened {
  database: Database;
  secrets: SecretBox;
}

/** Opens the database for as long as `use` takes. */
export async function withDatabase<T>(
  config: Config,
  { logger }: Loggers,
  use: (opened: Opened) => Promise<T>,
  policy: SchemaPolicy = 'migrate',
): Promise<T> {
  const secrets = new SecretBox(readSecretKey(config), config.SECRET_KEYS_PREVIOUS);
  const database = await openDatabase(config, ENTITIES, logger, policy);
  try {
    return await use({ database, secrets });
  } finally {
    await database.close();
  }
}
