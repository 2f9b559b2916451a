import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'it is a file, or a link that leads nowhere',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
};

/** The system's code of a failure, if it has one. */
export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** Why a file or folder cannot be used, in words. */
export function fileReason(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? (error as Error).message;
}

/** A name beside the file that nothing has. */
export const siblingOf = (file: string): string => `${file}.${randomBytes(6).toString('hex')}`;

/** Keeps what names files in the folder through a loss of power, on the file systems that need to be asked for that. */
function sync(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // Those that cannot be asked.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Under another name until it is whole, and on the disk where it is to last; for its owner alone. */
function write(file: string, text: string, lasts: boolean, place: (draft: string) => void): void {
  const draft = siblingOf(file);
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600, flush: lasts });
    place(draft);
    if (lasts) sync(dirname(file));
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Whether the file was made, with its text from the first moment on; one that is there is left alone. It outlives a
 * loss of power, unless it need not.
 */
export function makeFile(file: string, text: string, { lasts = true } = {}): boolean {
  try {
    write(file, text, lasts, (draft) => linkSync(draft, file));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** At any moment the file has its old text, if there is one, or all of the new, which outlives a loss of power. */
export function replaceFile(file: string, text: string): void {
  write(file, text, true, (draft) => renameSync(draft, file));
}
