import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DomainError } from '../kernel/errors.js';

/** A process on this machine: the pid alone is given again to others, and in a container it is always the same. */
interface Holder {
  pid: number;
  /** Kernel's boot and the process's start in it; empty where there is no /proc. */
  birth: string;
}

const START_TIME_FIELD = 19;

function birthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}/${fields[START_TIME_FIELD] ?? ''}`;
  } catch {
    return '';
  }
}

function isAlive({ pid, birth }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return birth === birthOf(pid);
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function inUse(file: string, holder: Holder | undefined): DomainError {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new DomainError(
    'CONFLICT',
    `the data folder is in use by ${who} (${file}); stop it first, set another DATA_DIR, or use DATABASE_URL for several replicas`,
  );
}

/** Moves the file aside before it is removed, so that of two processes that take over at once one notices. */
function removeDead(file: string, dead: Holder): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const found = readHolder(aside);
  if (found?.pid === dead.pid && found.birth === dead.birth) {
    rmSync(aside);
    return;
  }
  renameSync(aside, file);
  throw inUse(file, found);
}

/**
 * Takes `file` for this process and returns how to give it back; a file whose process is dead is taken over.
 * The embedded database is destroyed by a second process that opens it, so this refuses with CONFLICT.
 */
export function lockFolder(file: string): () => void {
  const text = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) } satisfies Holder);
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = readHolder(file);
    if (!holder || isAlive(holder)) throw inUse(file, holder);
    removeDead(file, holder);
    return lockFolder(file);
  }
  return () => rmSync(file, { force: true });
}
