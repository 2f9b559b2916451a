import cluster from 'node:cluster';
import { readHarbor } from '../config/harbor.js';
import { readSecrets } from '../config/secretKey.js';
import { readTls } from '../config/tls.js';
import { readTrustedDocuments } from '../config/trustedDocuments.js';
import type { Run } from './command.js';

/** Serves, in this process or in several that it looks after. */
export const run: Run = async (...given) => {
  const [config] = given;
  // Before a database is made or changed for a start that cannot succeed.
  readTls(config);
  readTrustedDocuments(config);
  readHarbor(config);
  // Whoever looks after others needs nothing of what they serve.
  if (config.WORKERS > 1 && cluster.isPrimary) return (await import('./workers.js')).run(...given);
  readSecrets(config);
  // The embedded database is opened in its thread while this one loads all the rest.
  const folder = config.DATABASE_URL
    ? undefined
    : await (await import('../database/folder.js')).takeFolder(config);
  return (await import('./serving.js')).serve(given, folder);
};
