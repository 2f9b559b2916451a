import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { availableParallelism } from 'node:os';

const POLL = 20;
const LONGEST_START = 60_000;

export const hasTool = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** `BENCH_PIN=no` leaves all cores to everyone, as they are for a server that is started. */
const isWanted = process.env['BENCH_PIN'] !== 'no';
const canPin = isWanted && hasTool('taskset') && availableParallelism() > 1;
/** The core of the proxies, and the one of load and upstream. */
export const PROXY_CORE = 1;
export const LOAD_CORE = 0;

export const pinned = (core: number, command: string[]): string[] =>
  canPin ? ['taskset', '-c', String(core), ...command] : command;

/** Keeps this process, which measures, off the core of what it measures. */
export function leaveProxyCore(): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return isOpen;
}

/** Polls until the condition holds; fails when the process ends before. */
export async function until(condition: () => Promise<boolean>, child: ChildProcess): Promise<void> {
  const end = performance.now() + LONGEST_START;
  while (!(await condition())) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    if (performance.now() > end) throw new Error(`${child.spawnargs.join(' ')} did not start`);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

const running = new Set<ChildProcess>();

/** Starts a process on a core, with what it writes in a file. */
export function start(
  core: number,
  command: string[],
  log: string,
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const [file = '', ...args] = pinned(core, command);
  const output = openSync(log, 'a');
  const child = spawn(file, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function startServer(
  core: number,
  command: string[],
  port: number,
  log: string,
): Promise<ChildProcess> {
  const child = start(core, command, log);
  await until(() => isListening(port), child);
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export const stopAll = (): Promise<unknown> => Promise.all([...running].map(stop));

/** A process and its children, such as nginx's worker. */
function family({ pid }: ChildProcess): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [String(pid), ...children.trim().split(' ')].filter((text) => text !== '');
}

/** Memory that is resident now (VmRSS), or was at most (VmHWM), in MiB. */
export function memory(child: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const figures = family(child).map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  });
  return figures.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
}

/** From now on VmHWM is what was resident at most since: proc_pid_clear_refs(5). */
export function forgetPeak(child: ChildProcess): void {
  for (const pid of family(child)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Linux counts the time of processes in hundredths of a second (sysconf _SC_CLK_TCK). */
const MILLISECONDS_PER_TICK = 10;

/** Milliseconds of processor time that these have used so far, by programs and for them in the kernel. */
function timeOf(pids: readonly string[]): number {
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, count) => sum + count, 0) * MILLISECONDS_PER_TICK;
}

export const processorTime = (child: ChildProcess): number => timeOf(family(child));

/** Of PostgreSQL on this machine: of all its processes, whoever uses it. */
export function databaseTime(): number {
  const { stdout } = spawnSync('pgrep', ['-x', 'postgres'], { encoding: 'utf8' });
  return timeOf(stdout.split('\n').filter((pid) => existsSync(`/proc/${pid}/stat`) && pid !== ''));
}
