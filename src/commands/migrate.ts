import { installQueue } from '../domains/jobs/index.js';
import type { Run } from './command.js';
import { withDatabase } from './withDatabase.js';

/** Brings the database up to date, the queue's tables too, which a replica without the right to make them then finds. */
export const run: Run = async (config, loggers, print) =>
  withDatabase(config, loggers, async ({ database }) => {
    await installQueue(database.native, loggers.logger);
    print('The database is up to date.');
    return 0;
  });
