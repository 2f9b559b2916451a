import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, PROXY_CORE, start, until } from './processes.ts';

export interface Build {
  name: string;
  folder: string;
}

const OTHER = process.env['BENCH_AGAINST'];

/** What is built here, and what BENCH_AGAINST names: the folder of another build, to be measured in the same turns. */
export const BUILDS: [Build, ...Build[]] = [
  { name: 'Isthmus', folder: fileURLToPath(new URL('../..', import.meta.url)) },
  ...(OTHER === undefined ? [] : [{ name: 'Isthmus, the other build', folder: OTHER }]),
];

export interface Isthmus {
  child: ChildProcess;
  url: string;
  /** Milliseconds from the start of the process to the first answer that it is ready. */
  startedIn: number;
}

const ADMIN_PASSWORD = 'Bench-only-1';

const ENVIRONMENT = {
  ADMIN_PASSWORD,
  LOG_LEVEL: 'info',
};

/** Where the embedded database lives; empty for PostgreSQL, which DATABASE_URL names. */
export const database = process.env['DATABASE_URL'] ? 'PostgreSQL' : 'embedded';

const startCommandOf = ({ folder }: Build): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } }).scripts
    .start;

/** Starts the built product as a user would, with its log in a file. */
export async function startIsthmus(
  folder: string,
  data = mkdtempSync(join(folder, 'data-')),
  settings: Record<string, string> = {},
  build = BUILDS[0],
): Promise<Isthmus> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const before = performance.now();
  const command = ['sh', '-c', `cd "$1" && ${startCommandOf(build)}`, 'sh', build.folder];
  const env = {
    ...ENVIRONMENT,
    PORT: String(port),
    DATA_DIR: data,
    SECRET_KEY: Buffer.alloc(32, 'k').toString('base64'),
    ...settings,
  };
  const child = start(PROXY_CORE, command, join(folder, 'isthmus.log'), env);
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok ?? false, child);
  return { child, url, startedIn: performance.now() - before };
}

/** Registers a platform over REST; returns its id. */
export async function register({ url }: Pick<Isthmus, 'url'>, port: number): Promise<string> {
  const response = await fetch(`${url}/sys/transmit/v1/routes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'bench', protocol: 'http', host: '127.0.0.1', port: String(port) }),
  });
  const { data } = (await response.json()) as { data: { id: string } | null };
  if (!data) throw new Error(`registering answered ${response.status}`);
  return data.id;
}

/** Logs the administrator in. */
export async function logIn(url: string): Promise<{ status: number; token: string }> {
  const response = await fetch(`${url}/v1/authorization`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: 'admin', password: ADMIN_PASSWORD }),
  });
  const { token = '' } = (await response.json()) as { token?: string };
  return { status: response.status, token };
}
