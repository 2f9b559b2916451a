import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { type SmallDisk, mountSmallDisk } from '../support/smallDisk.js';

/** MiB: a new cluster takes some forty, and its log sixteen more at once. */
const DISK = 150;
const COMMANDS = [[], ['--check'], ['--migrate'], ['--rewrap'], ['--reset-admin']];

let disk: SmallDisk;
let running: Running[];
beforeEach(() => {
  disk = mountSmallDisk(DISK);
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.end('SIGKILL');
  disk.remove();
});

const settings = () => ({ DATA_DIR: join(disk.folder, 'data') });

async function start(): Promise<Running> {
  const server = await startProcess(settings());
  running.push(server);
  return server;
}

const register = async ({ url }: { url: string }, name: string) =>
  send(`${url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name, protocol: 'http', host: '127.0.0.1', description: 'x'.repeat(200) },
  });

async function names({ url }: { url: string }): Promise<string[]> {
  const answer = await send(`${url}/sys/transmit/v1/routes`);
  return ((await answer.json()) as { data: { name: string }[] }).data.map(({ name }) => name);
}

const ready = async ({ url }: { url: string }) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, detail: ((await answer.json()) as { detail: string }).detail };
};

const FULL = /^Isthmus cannot .+: (DATA_DIR \S+|.*secret\.key) cannot be (used|written): the disk is full/m;

// Before the cluster is made, while it is, and while its tables and the administrator are.
test.each([0, 1, 20, 38, 40, 41])(
  'a first start with %i MiB says that the disk is full, and one with more begins anew',
  async (size) => {
    disk.resize(size === 0 ? 1 : size);
    if (size === 0) disk.fill();
    const { code, output } = await runToEnd(settings());
    expect(output).toMatch(FULL);
    expect(code).toBe(1);
    disk.clear();
    disk.resize(DISK);
    const server = await start();
    expect((await register(server, 'a')).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(await names(await start())).toEqual(['a']);
  },
);

test('a start, and each command, says that the disk is full, and changes nothing', async () => {
  const server = await start();
  await register(server, 'a');
  await server.end('SIGKILL');
  disk.fill();
  for (const args of COMMANDS) {
    const { code, output } = await runToEnd(settings(), args);
    expect(output, String(args)).toMatch(FULL);
    expect(code).toBe(1);
  }
  disk.clear();
  expect(await names(await start())).toEqual(['a']);
});

test('a file system that became read-only is told as such', async () => {
  const server = await start();
  await register(server, 'a');
  await server.end('SIGTERM');
  disk.remount('ro');
  for (const args of COMMANDS) {
    const { code, output } = await runToEnd(settings(), args);
    expect(output, String(args)).toMatch(
      /: DATA_DIR \S+ cannot be used: the file system is read-only; let it/,
    );
    expect(code).toBe(1);
  }
  disk.remount('rw');
  expect(await names(await start())).toEqual(['a']);
});

const NO_ROOM = 'the database has no room left';

test('where its log has no room, statements fail and say so, the process lives, and nothing that it acknowledged is lost', async () => {
  const config = { ...settings(), DATABASE_URL: '', DATABASE_POOL: 1 };
  const open = async () => openDatabase(config, ENTITIES, pino({ level: 'silent' }));
  const database = await open();
  const server = await startServer({}, { database });
  const kept = ['a', 'b', 'c'];
  for (const name of kept) expect((await register(server, name)).status).toBe(200);
  // The log goes on in another file, for which there is no room as there is for the table.
  disk.fill(2 ** 23);
  await database.query('select pg_switch_wal()');
  for (let time = 0; time < 10; time += 1) {
    const refusal = await register(server, 'refused');
    expect([refusal.status, await refusal.text()]).toEqual([503, expect.stringContaining(NO_ROOM)]);
    expect(await ready(server)).toEqual({ status: 503, detail: NO_ROOM });
  }
  disk.clear();
  await expect.poll(async () => ready(server)).toEqual({ status: 200, detail: 'the database answers' });
  expect(await names(server)).toEqual(kept);
  expect((await register(server, 'later')).status).toBe(200);
  await server.stop();
  const again = await open();
  const { rows } = await again.query('select name from platforms order by name');
  await again.close();
  expect(rows.map(({ name }) => name)).toEqual([...kept, 'later']);
});
