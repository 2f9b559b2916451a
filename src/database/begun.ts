import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, replaceFile } from '../config/files.js';

/** A file beside PostgreSQL's own, which tells how far the making of the database has come; 0.1.0 kept none. */
const MARK = 'isthmus';
const BEGUN = 'begun\n';
const MADE = '';

/** Undefined where there is no mark. */
function markIn(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, MARK), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the folder holds a database that was made to its end, and data with it; rejects what has lost its version. */
export function isMade(folder: string): boolean {
  const mark = markIn(folder);
  if (mark === BEGUN) return false;
  if (existsSync(join(folder, 'PG_VERSION'))) return true;
  if (mark !== undefined) throw new Error('PG_VERSION is missing');
  return false;
}

/** Whether a start makes a database there; one that is broken it does not, and tells so. */
export function isToBeMade(folder: string): boolean {
  try {
    return !isMade(folder);
  } catch {
    return false;
  }
}

/** Before a database is made: of one that was begun, by a start on a full disk, say, nothing is left. */
export function begin(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  if (markIn(folder) === BEGUN) {
    for (const name of readdirSync(folder))
      if (name !== MARK) rmSync(join(folder, name), { recursive: true });
  }
  replaceFile(join(folder, MARK), BEGUN);
}

/** Once it is made, before anything is stored in it. */
export function end(folder: string): void {
  if (markIn(folder) !== MADE) replaceFile(join(folder, MARK), MADE);
}
