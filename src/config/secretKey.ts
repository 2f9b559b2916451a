import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import { generateSecretKey } from '../kernel/secrets.js';
import { openDataFolder } from './dataFolder.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

const cannot = (deed: string, file: string, error: unknown): DomainError =>
  new DomainError('BAD_INPUT', `SECRET_KEY is not set, and ${file} cannot be ${deed}: ${fileReason(error)}`);

/** SECRET_KEY, or the one in the data folder, which the first start makes. */
export function readSecretKey(config: Pick<Config, 'SECRET_KEY' | 'DATA_DIR'>): string {
  if (config.SECRET_KEY) return config.SECRET_KEY;
  const file = join(config.DATA_DIR, 'secret.key');
  openDataFolder(config.DATA_DIR);
  try {
    writeFileSync(file, `${generateSecretKey()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('written', file, error);
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw cannot('read', file, error);
  }
}
