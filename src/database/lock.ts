import { readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, makeFile, siblingOf } from '../config/files.js';
import { DomainError } from '../kernel/errors.js';
import { answers, openLifeline } from './lifeline.js';

/**
 * The process that has the folder. A pid alone is given again to others, and in a container it is always the same; the
 * kernel drops a socket with its process, for whoever sees the folder.
 */
interface Holder {
  pid: number;
  /** Kernel's boot and the process's start in it; empty where there is no /proc. */
  birth: string;
  /** Within which the pid means something; absent where there is none, and from earlier releases. */
  namespace?: string;
  /** File in the same folder on which the process listens; absent where sockets cannot be files. */
  socket?: string;
}

const START_TIME_FIELD = 19;

/** Milliseconds after which a file that is still empty will never be written: another process makes it whole at once. */
const WRITTEN = 500;

/** Milliseconds in which a process that was killed is gone, whose sockets the kernel closes late; and between looks. */
const GOING = 1000;
const LOOK_AGAIN = 20;

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

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** Undecided is alive: the folder is worth more than a start. */
async function isAlive(folder: string, { pid, birth, namespace, socket }: Holder): Promise<boolean> {
  if (socket !== undefined) {
    const isAnswered = await answers(join(folder, socket));
    if (isAnswered !== undefined) return isAnswered;
    // A backup holds no sockets; where somebody removed it, the process is still known by its birth.
    if (birth === '' || namespace !== pidNamespace()) return false;
  } else if (namespace !== undefined && namespace !== pidNamespace()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return birth === birthOf(pid);
}

function holderIn(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Undefined when there is none. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(file: string, text: string): DomainError {
  const holder = holderIn(text);
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new DomainError(
    'CONFLICT',
    `the data folder is in use by ${who} (${file}); stop it first, set another DATA_DIR, or use DATABASE_URL for several replicas`,
  );
}

/** It need not outlive what it names. */
const make = (file: string, text: string): boolean => makeFile(file, text, { lasts: false });

/** Moves the file aside before it is removed, so that of two processes that take over at once one notices. */
function removeDead(file: string, dead: string): void {
  const aside = siblingOf(file);
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const found = readFileSync(aside, 'utf8');
  if (found !== dead) {
    make(file, found);
    rmSync(aside);
    throw inUse(file, found);
  }
  const socket = holderIn(dead)?.socket;
  if (socket !== undefined) rmSync(join(dirname(file), socket), { force: true });
  rmSync(aside);
}

async function isDead(file: string, text: string): Promise<boolean> {
  if (text.trim() === '') {
    await delay(WRITTEN);
    return read(file) === text;
  }
  const holder = holderIn(text);
  return holder !== undefined && !(await isAlive(dirname(file), holder));
}

/**
 * Takes `file` for this process and returns how to give it back; a file whose process is dead, or dies within
 * `patience` ms, is taken over. The embedded database is destroyed by a second process that opens it, so this refuses
 * with CONFLICT.
 */
export async function lockFolder(file: string, patience = GOING): Promise<() => void> {
  const latest = performance.now() + patience;
  const lifeline = await openLifeline(dirname(file));
  const namespace = pidNamespace();
  const text = JSON.stringify({
    pid: process.pid,
    birth: birthOf(process.pid),
    ...(namespace === undefined ? {} : { namespace }),
    ...(lifeline ? { socket: lifeline.name } : {}),
  } satisfies Holder);
  try {
    while (!make(file, text)) {
      const found = read(file);
      if (found === undefined) continue;
      if (await isDead(file, found)) removeDead(file, found);
      else if (performance.now() < latest) await delay(LOOK_AGAIN);
      else throw inUse(file, found);
    }
  } catch (error) {
    lifeline?.close();
    throw error;
  }
  return () => {
    rmSync(file, { force: true });
    lifeline?.close();
  };
}
