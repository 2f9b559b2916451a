import { readSecrets } from './config/secretKey.js';
import type { Config } from './config/settings.js';
import type { Database } from './database/database.js';
import type { Folder } from './database/folder.js';
import { checkInstallation } from './database/installation.js';
import { openDatabase } from './database/open.js';
import type { SchemaPolicy } from './database/schemaPolicy.js';
import type { SecretBox } from './kernel/secrets.js';
import type { Logger } from './log/logger.js';
import { ENTITIES } from './modules.js';

/** What everything is built on. */
export interface Opened {
  database: Database;
  secrets: SecretBox;
}

/** The database of the settings. Without its key it is refused, before it is changed or made. */
export async function openOurs(
  config: Config,
  logger: Logger,
  policy: SchemaPolicy,
  folder?: Folder,
): Promise<Opened> {
  const secrets = readSecrets(config);
  const guard = async (query: Database['query']) => checkInstallation(query, secrets);
  return { database: await openDatabase(config, ENTITIES, logger, { policy, guard }, folder), secrets };
}
