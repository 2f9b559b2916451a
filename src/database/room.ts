import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../config/files.js';

/** Bytes of a file of PostgreSQL's log, which takes them as it begins. */
const MOST_AT_ONCE = 2 ** 24;

/** Codes of the system that tell of the place rather than of what is kept there. */
const REFUSALS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO']);

/** PostgreSQL's own word for it. */
const DISK_FULL = '53100';

const isRefusal = (error: unknown): boolean => REFUSALS.has(codeOf(error) ?? '');

/** Why the file system does not take what the database in the folder writes, found by trying: a database that fails does not say. */
export function refusalOf(folder: string): unknown {
  const trial = join(folder, 'isthmus.trial');
  try {
    // Zeros may take no room.
    writeFileSync(trial, randomBytes(MOST_AT_ONCE), { mode: 0o600 });
    return undefined;
  } catch (error) {
    return isRefusal(error) ? error : undefined;
  } finally {
    rmSync(trial, { force: true });
  }
}

/** Why a place does not take what a database writes that failed so; undefined where it does. */
export function refusalBehind(error: NodeJS.ErrnoException, folder: string): unknown {
  if (error.code === DISK_FULL) return { code: 'ENOSPC' };
  return isRefusal(error) ? error : refusalOf(folder);
}
