import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import { SecretBox, generateSecretKey } from '../kernel/secrets.js';
import { openDataFolder } from './dataFolder.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

const cannot = (deed: string, file: string, error: unknown): DomainError =>
  new DomainError('BAD_INPUT', `SECRET_KEY is not set, and ${file} cannot be ${deed}: ${fileReason(error)}`);

/** SECRET_KEY, or the one in the data folder, which the first start makes before anything else. */
function readSecretKey({ SECRET_KEY, DATA_DIR }: Pick<Config, 'SECRET_KEY' | 'DATA_DIR'>): string {
  if (SECRET_KEY) return SECRET_KEY;
  const file = join(DATA_DIR, 'secret.key');
  if (!existsSync(file) && existsSync(join(DATA_DIR, 'database'))) {
    throw new DomainError(
      'NOT_CONFIGURED',
      `SECRET_KEY is not set, and ${file}, which belongs to the database there, is missing; restore it from a backup`,
    );
  }
  openDataFolder(DATA_DIR);
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

/** What is sealed and signed with the keys of the settings. */
export function readSecrets(
  config: Pick<Config, 'SECRET_KEY' | 'SECRET_KEYS_PREVIOUS' | 'DATA_DIR'>,
): SecretBox {
  return new SecretBox(readSecretKey(config), config.SECRET_KEYS_PREVIOUS);
}
