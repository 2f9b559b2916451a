import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { readWorkbook } from '../datacenters/records/support/workbook.js';
import { type EmptyDatabase, TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { type Running, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN, type Environment, logIn } from '../support/server.js';

/** Longer than a lease, a beat of the queue and a look for what is pending take together. */
const PATIENCE = { timeout: 120_000, interval: 200 };

interface Row {
  id: string;
  status: string;
  traceback: string | null;
}

async function optimus<T>(url: string, token: string, method: string, path: string, body?: object) {
  const answer = await send(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: token },
    ...(body && { body }),
  });
  return ((await answer.json()) as { data: T }).data;
}

async function ended(url: string, token: string, cid: string): Promise<Row[]> {
  return vi.waitFor(async () => {
    const rows = await optimus<Row[]>(url, token, 'GET', `/record?cid=${cid}`);
    expect(rows.filter(({ status }) => status === 'running')).toEqual([]);
    return rows;
  }, PATIENCE);
}

async function sheetsOf(url: string, token: string, id: string): Promise<string[]> {
  const data = await optimus<string>(url, token, 'GET', `/record/download?id=${id}`);
  return [...readWorkbook(Buffer.from(data, 'base64')).keys()];
}

/** Several processes need a database server; the embedded database belongs to one. */
describe.runIf(TEST_DATABASE_URL)('replicas that make records', () => {
  let database: EmptyDatabase;
  let environment: Environment;
  let replicas: Running[];

  const start = async (): Promise<Running> => {
    const replica = await startProcess(environment);
    replicas.push(replica);
    return replica;
  };

  beforeEach(async () => {
    database = await createPostgres();
    environment = {
      DATABASE_URL: database.url,
      SECRET_KEY: generateSecretKey(),
      ADMIN_PASSWORD: ADMIN.password,
      CLUSTER_LEASE: '2',
    };
    replicas = [];
  });
  afterEach(async () => {
    await Promise.all(replicas.map(({ end }) => end('SIGKILL')));
    await database.drop();
  });

  test('one of two makes each, once', async () => {
    const { url } = await start();
    const { url: other } = await start();
    const token = await logIn(url, ADMIN.user, ADMIN.password);
    const cid = await optimus<string>(url, token, 'POST', '/data_center', { name: 'dc' });
    const ids = await Promise.all(
      [url, other, url, other].map(async (door) =>
        optimus<string>(door, token, 'POST', '/record', { name: 'r', cid }),
      ),
    );
    const rows = await ended(other, token, cid);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(rows.map(({ status }) => status)).toEqual(ids.map(() => 'successful'));
    expect(await database.execute('select distinct attempts from records')).toEqual([{ attempts: 1 }]);
    for (const id of ids) expect(await sheetsOf(other, token, id)).toContain('Summary');
  });

  test('after SIGKILL another makes what was being made', async () => {
    const first = await start();
    const token = await logIn(first.url, ADMIN.user, ADMIN.password);
    const cid = await optimus<string>(first.url, token, 'POST', '/data_center', { name: 'dc' });
    const { release } = await database.hold('lock table record_chunks in access exclusive mode');
    const id = await optimus<string>(first.url, token, 'POST', '/record', { name: 'r', cid });
    const waiting =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%record_chunks%'";
    await vi.waitFor(async () => expect(await database.execute(waiting)).not.toEqual([]), PATIENCE);
    const { url } = await start();
    await first.end('SIGKILL');
    await release();
    const [row] = await ended(url, token, cid);
    expect(row).toMatchObject({ id, status: 'successful', traceback: null });
    expect(await database.execute('select attempts from records')).toEqual([{ attempts: 2 }]);
    expect(await sheetsOf(url, token, id)).toContain('Summary');
  });
});

describe.runIf(!TEST_DATABASE_URL)('a server with the embedded database', () => {
  test('after SIGKILL makes what was asked for, once it is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const environment = { DATA_DIR: folder, ADMIN_PASSWORD: ADMIN.password, CLUSTER_LEASE: '2' };
    const before = await startProcess(environment);
    const token = await logIn(before.url, ADMIN.user, ADMIN.password);
    const cid = await optimus<string>(before.url, token, 'POST', '/data_center', { name: 'dc' });
    const id = await optimus<string>(before.url, token, 'POST', '/record', { name: 'r', cid });
    await before.end('SIGKILL');
    const after = await startProcess(environment);
    onTestFinished(async () => void (await after.end('SIGKILL')));
    expect(await ended(after.url, token, cid)).toMatchObject([{ id, status: 'successful', traceback: null }]);
    expect(await sheetsOf(after.url, token, id)).toContain('Summary');
  });
});
