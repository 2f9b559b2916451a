import { join } from 'node:path';
import { checkDataFolder } from '../config/dataFolder.js';
import { checkNamed } from '../config/named.js';
import { checkSecrets } from '../config/secretKey.js';
import { VERSION } from '../config/version.js';
import { isToBeMade } from '../database/begun.js';
import { SchemaBehind } from '../database/schemaPolicy.js';
import { refuseMissingKeys } from '../database/sealed.js';
import { givenAdministrator, hasAdministrator } from '../domains/identity/index.js';
import { SEALED } from '../modules.js';
import type { Run } from './command.js';
import { withDatabase } from './withDatabase.js';

/** A start would succeed, and change the database first. */
const BEHIND = 2;

/** Tells whether a start would succeed, and changes nothing. */
export const run: Run = async (config, loggers, print) => {
  checkNamed(config);
  if (!config.DATABASE_URL && isToBeMade(join(config.DATA_DIR, 'database'))) {
    checkSecrets(config);
    checkDataFolder(config.DATA_DIR);
    givenAdministrator(config);
    print(`There is no database in ${config.DATA_DIR} yet; the first start makes it.`);
    return BEHIND;
  }
  try {
    await withDatabase(
      config,
      loggers,
      async ({ database, secrets }) => {
        await refuseMissingKeys(database, secrets, SEALED);
        if (!(await hasAdministrator(database.fork()))) givenAdministrator(config);
      },
      'expect',
    );
  } catch (error) {
    if (!(error instanceof SchemaBehind)) throw error;
    if (error.isFirst) givenAdministrator(config);
    print(`Isthmus ${VERSION} can start, but ${error.message}.`);
    return BEHIND;
  }
  print(`Isthmus ${VERSION} can start: settings, database, migrations and keys are right.`);
  return 0;
};
