import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import { SecretBox, generateSecretKey, isSecretKey } from '../kernel/secrets.js';
import { makeDataFolder } from './dataFolder.js';
import { codeOf, fileReason, makeFile } from './files.js';
import type { Config } from './settings.js';

type Keys = Pick<Config, 'SECRET_KEY' | 'SECRET_KEYS_PREVIOUS' | 'DATA_DIR'>;

const UNSET = 'SECRET_KEY is not set, and';

const fileIn = ({ DATA_DIR }: Keys): string => join(DATA_DIR, 'secret.key');
const hasDatabase = ({ DATA_DIR }: Keys): boolean => existsSync(join(DATA_DIR, 'database'));

const cannot = (deed: string, file: string, error: unknown): DomainError =>
  new DomainError('BAD_INPUT', `${UNSET} ${file} cannot be ${deed}: ${fileReason(error)}`);

/** Undefined where there is no file. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    if (isMissing) return undefined;
    throw cannot('read', file, error);
  }
}

/** The key that is there, unless it is none: what an earlier release left on a full disk, say. */
function keptKey(config: Keys): string | undefined {
  const file = fileIn(config);
  const key = read(file);
  if (key === undefined || isSecretKey(key)) return key;
  const advice = hasDatabase(config)
    ? 'restore it from a backup, since what is stored is sealed with it'
    : 'remove it: there is no database yet, and the next start makes another';
  throw new DomainError(
    'NOT_CONFIGURED',
    `${UNSET} ${file} is ${key === '' ? 'empty' : 'damaged'} (a key is 32 bytes in base64); ${advice}`,
  );
}

/** Another process may make it at the same time: the first one's is everybody's. */
function makeKey(config: Keys): string {
  const file = fileIn(config);
  makeDataFolder(config.DATA_DIR);
  try {
    makeFile(file, `${generateSecretKey()}\n`);
  } catch (error) {
    throw cannot('written', file, error);
  }
  const key = keptKey(config);
  if (key === undefined) throw cannot('read', file, { code: 'EEXIST' });
  return key;
}

function missing(config: Keys): DomainError {
  return new DomainError(
    'NOT_CONFIGURED',
    `${UNSET} ${fileIn(config)}, which belongs to the database there, is missing; restore it from a backup`,
  );
}

/** SECRET_KEY, or the one in the data folder, which the first start makes before anything else. */
function ownKey(config: Keys): string {
  const key = keptKey(config);
  if (key !== undefined) return key;
  if (!hasDatabase(config)) return makeKey(config);
  // Unless both were made since it was looked for.
  const late = keptKey(config);
  if (late === undefined) throw missing(config);
  return late;
}

/** What is sealed and signed with the keys of the settings. */
export function readSecrets(config: Keys): SecretBox {
  const { SECRET_KEY, SECRET_KEYS_PREVIOUS: previous } = config;
  return SECRET_KEY
    ? new SecretBox(SECRET_KEY, previous)
    : new SecretBox(ownKey(config), previous, `the key in ${fileIn(config)}`);
}

/** Refuses keys that are none, and makes none where the first start would. */
export function checkSecrets(config: Keys): void {
  if (config.SECRET_KEY || keptKey(config) !== undefined) readSecrets(config);
}
