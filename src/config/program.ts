import { constants, accessSync, statSync } from 'node:fs';
import { DomainError } from '../kernel/errors.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

/** Throws where the program of HELM_BIN cannot be run. */
export function checkProgram({ HELM_BIN }: Pick<Config, 'HELM_BIN'>): void {
  // A name alone is looked for in PATH.
  if (!HELM_BIN.includes('/')) return;
  try {
    accessSync(HELM_BIN, constants.X_OK);
    if (statSync(HELM_BIN).isFile()) return;
  } catch (error) {
    const message = `HELM_BIN ${HELM_BIN} cannot be run: ${fileReason(error)}`;
    throw new DomainError('BAD_INPUT', message, {}, { cause: error });
  }
  throw new DomainError('BAD_INPUT', `HELM_BIN ${HELM_BIN} cannot be run: it is no file`);
}
