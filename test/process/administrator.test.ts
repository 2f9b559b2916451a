import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN, logIn, query } from '../support/server.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-admin-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = () => join(folder, 'initial-admin-password');
const kept = () => readFileSync(fileOf(), 'utf8').trim();
const TOLD = /Log in as (\S+) with the password (\S+) \(also in (.+), until it is changed\)/;

/** The password that was printed, once and nowhere else. */
function toldIn(output: string): string {
  const [, name, password = '', file] = TOLD.exec(output) ?? [];
  expect([name, file]).toEqual([ADMIN.user, fileOf()]);
  expect(output.split(password)).toHaveLength(2);
  return password;
}

async function start(environment: Record<string, string> = {}): Promise<Running> {
  const running = await startProcess({ DATA_DIR: folder, ...environment });
  onTestFinished(() => void running.end('SIGKILL'));
  return running;
}

async function usedPort(): Promise<string> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

const change = async (url: string, oldPassword: string, password: string) =>
  send(`${url}/v1/user`, {
    method: 'PUT',
    body: { oldPassword, password },
    headers: { authorization: await logIn(url, ADMIN.user, oldPassword) },
  });

describe.runIf(!TEST_DATABASE_URL)('with the embedded database', () => {
  test('whatever fails at the first start, its password is told and kept, for its owner alone, until it is changed', async () => {
    const failed = await runToEnd({ DATA_DIR: folder, PORT: await usedPort() });
    expect(failed.code).toBe(1);
    const password = toldIn(failed.output);
    expect(kept()).toBe(password);
    expect(statSync(fileOf()).mode & 0o777).toBe(0o600);

    const server = await start();
    expect(server.output()).not.toContain(password);
    expect((await change(server.url, password, 'Changed-Pass-1')).status).toBe(200);
    await expect.poll(() => existsSync(fileOf())).toBe(false);
    expect(await logIn(server.url, ADMIN.user, 'Changed-Pass-1')).toBeTruthy();
  }, 120_000);

  test('--reset-admin makes a new password, ends the sessions and is in the trail', async () => {
    const first = await start({ ADMIN_PASSWORD: ADMIN.password });
    expect(existsSync(fileOf())).toBe(false);
    const token = await logIn(first.url, ADMIN.user, ADMIN.password);
    // The database is the server's, as long as it runs.
    const refused = await runToEnd({ DATA_DIR: folder }, ['--reset-admin']);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("cannot reset the administrator's password: the data folder is in use");
    await first.end('SIGTERM');

    const reset = await runToEnd({ DATA_DIR: folder }, ['--reset-admin']);
    expect(reset.code).toBe(0);
    const password = toldIn(reset.output);
    expect(kept()).toBe(password);
    expect(statSync(fileOf()).mode & 0o777).toBe(0o600);

    const second = await start({ ADMIN_PASSWORD: ADMIN.password });
    await expect.poll(second.output).toContain('ADMIN_PASSWORD is not the password');
    expect(second.output()).not.toContain(ADMIN.password);
    expect((await query(second.url, '{ viewer { id } }', { token })).errors[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    const fresh = await logIn(second.url, ADMIN.user, password);
    const { data } = await query<{ auditEvents: { nodes: object[] } }>(
      second.url,
      '{ auditEvents(filter: { action: { eq: "user.resetPassword" } }) { nodes { actorName address objectType } } }',
      { token: fresh },
    );
    expect(data?.auditEvents.nodes).toEqual([
      { actorName: null, address: 'command line', objectType: 'User' },
    ]);
    expect(kept()).toBe(password);
  }, 180_000);

  test('a weak ADMIN_PASSWORD is refused by name and leaves nothing behind', async () => {
    const weak = 'hunter2';
    const { code, output } = await runToEnd({ DATA_DIR: folder, ADMIN_PASSWORD: weak });
    expect(code).toBe(1);
    expect(output).toContain('Isthmus cannot start: ADMIN_PASSWORD: must have 8 to 64 characters');
    expect(output).not.toContain(weak);
    expect(output).not.toMatch(/^\s+at /m);
    const server = await start({ ADMIN_PASSWORD: ADMIN.password });
    expect(await logIn(server.url, ADMIN.user, ADMIN.password)).toBeTruthy();
    expect(server.output()).not.toContain('ADMIN_PASSWORD is not');
  }, 120_000);
});

describe.runIf(TEST_DATABASE_URL)('on PostgreSQL', () => {
  test('replicas that start together tell one password, which works; --reset-admin ends sessions while they serve', async () => {
    const { url: DATABASE_URL, drop } = await createPostgres();
    onTestFinished(() => void drop());
    const SECRET_KEY = Buffer.alloc(32, 1).toString('base64');
    const replicas = await Promise.all([1, 2].map(async () => start({ DATABASE_URL, SECRET_KEY })));
    const told = replicas.filter((replica) => TOLD.test(replica.output()));
    expect(told).toHaveLength(1);
    const token = await logIn(replicas[0]?.url ?? '', ADMIN.user, toldIn(told[0]?.output() ?? ''));

    const reset = await runToEnd({ DATA_DIR: folder, DATABASE_URL, SECRET_KEY }, ['--reset-admin']);
    expect(reset.code).toBe(0);
    for (const { url } of replicas) {
      await expect
        .poll(async () => (await query(url, '{ viewer { id } }', { token })).errors[0]?.extensions.code)
        .toBe('UNAUTHENTICATED');
      expect(await logIn(url, ADMIN.user, toldIn(reset.output))).toBeTruthy();
    }
  }, 120_000);
});
