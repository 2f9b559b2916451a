import cluster from 'node:cluster';
import { readHarbor } from '../config/harbor.js';
import { readTls } from '../config/tls.js';
import { readTrustedDocuments } from '../config/trustedDocuments.js';
import type { Run } from './command.js';

/** Serves, in this process or in several that it looks after. */
export const run: Run = async (config, loggers, print) => {
  // Before a database is made or changed for a start that cannot succeed.
  readTls(config);
  readTrustedDocuments(config);
  readHarbor(config);
  // Whoever looks after others needs nothing of what they serve.
  const { run: serve } =
    config.WORKERS > 1 && cluster.isPrimary ? await import('./workers.js') : await import('./serving.js');
  return serve(config, loggers, print);
};
