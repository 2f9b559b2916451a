import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import { codeOf, fileReason } from './files.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** What is kept in DATA_DIR; with more after a dot, what a process that was killed had not finished. */
const OURS = /^(secret\.key|initial-admin-password|database)(\..*)?$/;

/** What to do about a folder, by the system's code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'make room there; what is stored stays as it is',
  EDQUOT: 'raise it, or make room there; what is stored stays as it is',
  EROFS: 'let it be written to, or set another; what is stored stays as it is',
};
const SET_ANOTHER = 'set another, or give this user the right to write there';

/** Not `recursive`, with which Node never comes back where nothing can be made, such as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: FOLDER_MODE });
}

/** Files that an earlier release, another umask or a restored backup left readable for others. */
function makePrivate(path: string): void {
  try {
    const isFolder = statSync(path).isDirectory();
    chmodSync(path, isFolder ? FOLDER_MODE : FILE_MODE);
    if (isFolder) for (const name of readdirSync(path)) makePrivate(join(path, name));
  } catch (error) {
    // The database, in a thread of ours or in another process, removes files of its own meanwhile.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function tighten(folder: string): void {
  const [ours, others] = [[] as string[], [] as string[]];
  for (const name of readdirSync(folder)) (OURS.test(name) ? ours : others).push(name);
  for (const name of ours) makePrivate(join(folder, name));
  // A folder that is also somebody else's stays as it is; one that a volume brings may belong to another user.
  if (others.length === 0 && statSync(folder).uid === process.getuid?.()) chmodSync(folder, FOLDER_MODE);
}

/** Why nothing can be kept in DATA_DIR. */
export function unusable(folder: string, error: unknown): DomainError {
  const advice = ADVICE[codeOf(error) ?? ''] ?? SET_ANOTHER;
  return new DomainError(
    'BAD_INPUT',
    `DATA_DIR ${resolve(folder)} cannot be used: ${fileReason(error)}; ${advice}`,
    {},
    { cause: error },
  );
}

function orUnusable(dataDir: string, act: (folder: string) => void): void {
  const folder = resolve(dataDir);
  try {
    act(folder);
  } catch (error) {
    throw unusable(folder, error);
  }
}

/** Makes DATA_DIR where it is missing, this user's alone. */
export function makeDataFolder(dataDir: string): void {
  orUnusable(dataDir, makeFolder);
}

/** Makes DATA_DIR where it is missing, and what it holds of ours this user's alone. */
export function openDataFolder(dataDir: string): void {
  orUnusable(dataDir, (folder) => {
    makeFolder(folder);
    tighten(folder);
  });
}

/** Refuses a DATA_DIR in which nothing could be made, and makes nothing. */
export function checkDataFolder(dataDir: string): void {
  orUnusable(dataDir, (folder) => {
    let nearest = folder;
    while (!existsSync(nearest)) nearest = dirname(nearest);
    // Which a file is no way to.
    accessSync(`${nearest}/`, constants.W_OK | constants.X_OK);
  });
}
