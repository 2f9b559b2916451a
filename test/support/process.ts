import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from './server.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Running {
  process: ChildProcess;
  url: string;
  /** What it has printed so far. */
  output: () => string;
  /** Sends the signal, by default to the process alone, and waits for the end; the exit code, or the signal that ended it. */
  end: (signal: NodeJS.Signals, pid?: number) => Promise<number | string>;
}

export interface Ended {
  code: number | null;
  output: string;
}

/** What is run, and where; by default the built server itself. */
export interface Program {
  command: readonly [string, ...string[]];
  folder: string;
}

/** What programs need of the machine, such as npm to reach its registry; never a setting of the server. */
const { PATH, HOME, NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY } = process.env;
const MACHINE = { PATH, HOME, NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY };

const SERVER: Program = { command: [process.execPath, 'dist/main.js'], folder: ROOT };

function launch(environment: Environment, args: string[], { command: [file, ...first], folder }: Program) {
  const child = spawn(file, [...first, ...args], {
    cwd: folder,
    env: { ...MACHINE, PORT: '0', SHUTDOWN_DELAY: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a terminal or an init system gives it.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, output: () => output, closed };
}

/** Runs the built server until it ends by itself. */
export async function runToEnd(
  environment: Environment = {},
  args: string[] = [],
  program = SERVER,
): Promise<Ended> {
  const { output, closed } = launch(environment, args, program);
  const [code] = await closed;
  return { code, output: output() };
}

/** Starts the built server as a process of its own and waits until it serves. */
export async function startProcess(environment: Environment, program = SERVER): Promise<Running> {
  const { child, output, closed } = launch(environment, [], program);
  const ended = closed.then(() => {
    throw new Error(`the server ended before it served:\n${output()}`);
  });
  ended.catch(() => undefined);
  const serving = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const url = /serves at (\S+)/.exec(output())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([serving, ended]);
  return {
    process: child,
    url,
    output,
    end: async (signal, pid) => {
      if (pid === undefined) child.kill(signal);
      else process.kill(pid, signal);
      const [code, by] = await closed;
      return code ?? by ?? '';
    },
  };
}
