import type { Config } from './settings.js';
import { readHarbor } from './harbor.js';
import { checkProgram } from './program.js';
import { readTls } from './tls.js';
import { readTrustedDocuments } from './trustedDocuments.js';

/** Throws what is wrong with files that settings name, before a database is made or changed for a start that cannot succeed. */
export function checkNamed(config: Config): void {
  readTls(config);
  readTrustedDocuments(config);
  readHarbor(config);
  checkProgram(config);
}
