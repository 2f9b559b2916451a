import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasTool, LOAD_CORE, pinned } from './processes.ts';
import { print } from './table.ts';

const run = promisify(execFile);

export interface Load {
  url: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
  /** Of a POST; a GET without. */
  body?: string;
}

export interface Result {
  requests: number;
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1_000 };

/** wrk takes a body from a script only. */
async function wrk(load: Load): Promise<Result> {
  if (load.body === undefined) return runWrk(load, []);
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-wrk-'));
  const file = join(folder, 'post.lua');
  writeFileSync(file, `wrk.method = 'POST'\nwrk.body = [==[${load.body}]==]\n`);
  return runWrk(load, ['-s', file]).finally(() => rmSync(folder, { recursive: true }));
}

async function runWrk({ url, headers, connections, seconds }: Load, script: string[]): Promise<Result> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const command = [
    'wrk',
    '--latency',
    '--timeout',
    '30s',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    ...fields,
    ...script,
    url,
  ];
  const [file = '', ...args] = pinned(LOAD_CORE, command);
  const { stdout } = await run(file, args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url} did not answer as it should:\n${stdout}`);
  const percentile = (percent: number) => {
    const [, value, unit = 'ms'] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? [];
    return Number(value) * (UNITS[unit] ?? 1);
  };
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return { requests, requestsPerSecond, p50: percentile(50), p99: percentile(99) };
}

async function autocannon({ url, headers, connections, seconds, body }: Load): Promise<Result> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const script = fileURLToPath(new URL('node_modules/autocannon/autocannon.js', import.meta.url));
  const command = [
    process.execPath,
    script,
    '-j',
    '-c',
    String(connections),
    '-d',
    String(seconds),
    ...fields,
    ...(body === undefined ? [] : ['-m', 'POST', '-b', body]),
    url,
  ];
  const [file = '', ...args] = pinned(LOAD_CORE, command);
  const { stdout } = await run(file, args);
  const result = JSON.parse(stdout) as {
    errors: number;
    non2xx: number;
    requests: { average: number; total: number };
    latency: { p50: number; p99: number };
  };
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${url} did not answer as it should:\n${stdout}`);
  const { average, total } = result.requests;
  return { requests: total, requestsPerSecond: average, ...result.latency };
}

/**
 * Debian's wrk where it is installed, since it needs least of the core that it shares with the upstream. What the two
 * measure does not compare: one Node server answered three times as many requests to autocannon, which takes answers in
 * heaps. So each measurement says which it was.
 */
const generator = hasTool('wrk') ? 'wrk' : 'autocannon';
let isTold = false;

/** For whole seconds, since wrk knows no others. */
export async function load({ seconds, ...rest }: Load): Promise<Result> {
  if (!isTold) print(`The load is made by ${generator}.`);
  isTold = true;
  const asked = { ...rest, seconds: Math.ceil(seconds) };
  return generator === 'wrk' ? wrk(asked) : autocannon(asked);
}
