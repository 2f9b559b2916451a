import { InitialPasswordFile } from '../config/initialPassword.js';
import { AdministratorService, AuditService, PasswordHasher } from '../domains/identity/index.js';
import { type Run, passwordLine } from './command.js';
import { withDatabase } from './withDatabase.js';

/** Gives the system administrator a new password; replicas that serve end its sessions at once. */
export const run: Run = async (config, loggers, print) =>
  withDatabase(config, loggers, async ({ database }) => {
    const administrators = new AdministratorService({
      database,
      hasher: new PasswordHasher(),
      trail: new AuditService(),
      file: new InitialPasswordFile(config),
      logger: loggers.logger,
      config,
    });
    print(passwordLine(await administrators.reset()));
    return 0;
  });
