import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'undici';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { type PostgresServer, startPostgresServer } from '../support/postgresServer.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN, type Environment } from '../support/server.js';

let postgres: PostgresServer;
let platform: Server;
let running: Running | undefined;
const key = generateSecretKey();

const environmentOf = (): Environment => ({
  DATABASE_URL: postgres.url(),
  SECRET_KEY: key,
  ADMIN_PASSWORD: ADMIN.password,
  WORKERS: '2',
});

beforeAll(async () => {
  postgres = await startPostgresServer();
  platform = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
  await once(platform, 'listening');
});
afterEach(async () => {
  await running?.end('SIGTERM');
  running = undefined;
});
afterAll(async () => {
  platform.close();
  await postgres.remove();
});

const start = async (): Promise<Running> => (running = await startProcess(environmentOf()));

/** Of the processes that serve. */
const workersOf = ({ process }: Running): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);

/** Connections of that kind, of all processes. */
const connections = async (name: string): Promise<number> => {
  const [row] = await postgres.run(
    `select count(*)::int as "count" from pg_stat_activity where application_name = '${name}'`,
  );
  return Number(row?.['count']);
};

/** Ports from which a process is connected to elsewhere. */
function portsOf(pid: number): Set<number> {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1);
  const cells = rows.map((row) => row.trim().split(/\s+/));
  return new Set(
    cells
      .filter((row) => inodes.includes(row[9] ?? ''))
      .map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16)),
  );
}

/** How many of the processes do jobs. */
async function busy(pids: readonly number[]): Promise<number> {
  const rows = await postgres.run(
    `select client_port as "port" from pg_stat_activity where application_name = 'isthmus jobs'`,
  );
  const ports = pids.map(portsOf);
  return ports.filter((own) => rows.some(({ port }) => own.has(Number(port)))).length;
}

async function register(url: string): Promise<string> {
  const { port } = platform.address() as AddressInfo;
  const response = await send(`${url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name: 'p', protocol: 'http', host: '127.0.0.1', port: String(port) },
  });
  return ((await response.json()) as { data: { id: string } }).data.id;
}

/** On a connection of its own, so that any process may get it. */
const forward = async (url: string, id: string): Promise<number> =>
  (await send(`${url}/sys/transmit/x`, { headers: { 'plat-route-id': id, connection: 'close' } })).status;

const metricsOf = async (url: string): Promise<string> =>
  (await send(`${url}/metrics`, { headers: { connection: 'close' } })).text();

function forwardedIn(text: string): number {
  const lines = [...text.matchAll(/^isthmus_transmit_requests_total\{.*\} (\d+)$/gm)];
  return lines.reduce((sum, [, value]) => sum + Number(value), 0);
}

const forwarded = async (url: string): Promise<number> => forwardedIn(await metricsOf(url));

test('two processes serve on one port, one does the work in the background, metrics are added up', async () => {
  const { url } = await start();
  const workers = workersOf(running as Running);
  expect(workers).toHaveLength(2);
  await expect.poll(async () => connections('isthmus listener')).toBe(2);
  await expect.poll(async () => busy(workers)).toBe(1);

  const id = await register(url);
  const statuses = await Promise.all(Array.from({ length: 40 }, async () => forward(url, id)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  // Whichever process is asked.
  for (let turn = 0; turn < 4; turn += 1) expect(await forwarded(url)).toBe(40);
});

test('another process takes the place of one that is killed, and no count falls', async () => {
  const { url } = await start();
  const id = await register(url);
  for (let turn = 0; turn < 10; turn += 1) expect(await forward(url, id)).toBe(200);
  expect(await forwarded(url)).toBe(10);
  const before = workersOf(running as Running);
  const [killed = 0] = before;
  process.kill(killed, 'SIGKILL');

  await expect
    .poll(async () => {
      const now = workersOf(running as Running);
      return now.length === 2 && !now.includes(killed) && (await connections('isthmus listener')) === 2;
    })
    .toBe(true);
  await expect.poll(async () => busy(workersOf(running as Running))).toBe(1);
  await expect.poll(async () => forwarded(url).catch(() => undefined)).toBe(10);
  // Out of memory looks like this.
  expect(running?.output()).toMatch(/"signal":"SIGKILL","msg":"a worker ended; another takes its place"/u);
});

test('a worker that hangs holds up no metrics: what it had counted is told, and that it is silent', async () => {
  const { url } = await start();
  const id = await register(url);
  for (let turn = 0; turn < 10; turn += 1) expect(await forward(url, id)).toBe(200);
  const before = await metricsOf(url);
  expect(forwardedIn(before)).toBe(10);
  expect(before).toContain('isthmus_workers{state="telling"} 2\nisthmus_workers{state="silent"} 0\n');

  // Connections that are there before: a new one may be handed to the process that hangs.
  const clients = Array.from({ length: 4 }, () => new Client(url));
  onTestFinished(async () => void (await Promise.all(clients.map(async (client) => client.destroy()))));
  const ask = async (client: Client): Promise<string> => {
    const { statusCode, body } = await client.request({ path: '/metrics', method: 'GET' });
    expect(statusCode).toBe(200);
    return body.text();
  };
  for (const client of clients) await ask(client);
  const [hanging = 0] = workersOf(running as Running);
  process.kill(hanging, 'SIGSTOP');
  const asking = Promise.any(clients.map(ask));
  const text = await asking.finally(() => process.kill(hanging, 'SIGCONT'));
  expect(text).toContain('isthmus_workers{state="telling"} 1\nisthmus_workers{state="silent"} 1\n');
  expect(forwardedIn(text)).toBe(10);
  await expect.poll(async () => metricsOf(url)).toContain('isthmus_workers{state="telling"} 2\n');
});

test('all end with the first process, well after a signal and at once when it is killed', async () => {
  const first = await start();
  const workers = workersOf(first);
  expect(await first.end('SIGTERM')).toBe(0);
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(workers.filter(isAlive)).toEqual([]);

  const second = await start();
  const others = workersOf(second);
  second.process.kill('SIGKILL');
  await expect.poll(() => others.filter(isAlive)).toEqual([]);
  running = undefined;
});

test('a start that cannot succeed says why once', async () => {
  const { port } = platform.address() as AddressInfo;
  const { code, output } = await runToEnd({ ...environmentOf(), PORT: String(port) });
  expect(code).toBe(1);
  expect(output.match(/Isthmus cannot start/g)).toHaveLength(1);
  expect(output).toContain(`port ${port} of 127.0.0.1 is in use`);
});
