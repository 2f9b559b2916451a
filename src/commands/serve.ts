import cluster from 'node:cluster';
import { checkNamed } from '../config/named.js';
import { readSecrets } from '../config/secretKey.js';
import { certificateFlaw } from '../config/tls.js';
import type { Run } from './command.js';

/** Serves, in this process or in several that it looks after. */
export const run: Run = async (...given) => {
  const [config, { logger }] = given;
  checkNamed(config);
  const flaw = cluster.isPrimary ? certificateFlaw(config, new Date()) : undefined;
  if (flaw !== undefined) logger.warn(`${flaw}: callers refuse it; another is read at the next start`);
  // Whoever looks after others needs nothing of what they serve.
  if (config.WORKERS > 1 && cluster.isPrimary) return (await import('./workers.js')).run(...given);
  readSecrets(config);
  // The embedded database is opened in its thread while this one loads all the rest.
  const folder = config.DATABASE_URL
    ? undefined
    : await (await import('../database/folder.js')).takeFolder(config);
  return (await import('./serving.js')).serve(given, folder);
};
