import { InitialPasswordFile } from '../config/initialPassword.js';
import { openDatabase } from '../database/open.js';
import { AdministratorService, AuditService, PasswordHasher } from '../domains/identity/index.js';
import { ENTITIES } from '../services.js';
import { type Run, passwordLine } from './command.js';

/** Gives the system administrator a new password; replicas that serve end its sessions at once. */
export const run: Run = async (config, { logger }, print) => {
  const database = await openDatabase(config, ENTITIES, logger);
  try {
    const administrators = new AdministratorService({
      database,
      hasher: new PasswordHasher(),
      trail: new AuditService(),
      file: new InitialPasswordFile(config),
      logger,
      config,
    });
    print(passwordLine(await administrators.reset()));
    return 0;
  } finally {
    await database.close();
  }
};
