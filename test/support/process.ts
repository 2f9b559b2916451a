import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from './server.js';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface Running {
  process: ChildProcess;
  url: string;
  /** What it has printed so far. */
  output: () => string;
  /** Sends the signal and waits for the end; the exit code, or the signal that ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | string>;
}

export interface Ended {
  code: number | null;
  output: string;
}

function launch(environment: Environment, args: string[]) {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, output: () => output, closed };
}

/** Runs the built server until it ends by itself. */
export async function runToEnd(environment: Environment = {}, args: string[] = []): Promise<Ended> {
  const { output, closed } = launch(environment, args);
  const [code] = await closed;
  return { code, output: output() };
}

/** Starts the built server as a process of its own and waits until it serves. */
export async function startProcess(environment: Environment): Promise<Running> {
  const { child, output, closed } = launch(environment, []);
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
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await closed;
      return code ?? by ?? '';
    },
  };
}
