import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { type EmptyDatabase, TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { type Running, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN, logIn } from '../support/server.js';

const PROGRAM = {
  command: [process.execPath, 'test/process/support/cloudServer.ts'] as const,
  folder: `${import.meta.dirname}/../..`,
};

/** A cloud that answers each page, or holds it until it is let go. */
async function playCloud() {
  const waiting = new Set<ServerResponse>();
  const cloud = {
    address: '',
    isHeld: false,
    asked: [] as string[],
    /** The process that asked last. */
    askedBy: 0,
    /** Pages that are waited for, and most that ever were. */
    waiting,
    most: 0,
    release: () => {
      cloud.isHeld = false;
      for (const response of waiting) response.end();
    },
  };
  const server = createServer((request, response) => {
    cloud.asked.push(request.url ?? '');
    cloud.askedBy = Number(request.headers['x-process']);
    waiting.add(response);
    cloud.most = Math.max(cloud.most, waiting.size);
    response.once('close', () => waiting.delete(response));
    if (!cloud.isHeld) response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cloud.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return cloud;
}

interface HistoryRow {
  id: string;
  status: boolean;
  error_info: string | null;
}

/** Several processes need a database server; the embedded database belongs to one. */
describe.runIf(TEST_DATABASE_URL)('two replicas that read data centers', () => {
  let database: EmptyDatabase;
  let replicas: Running[];

  beforeEach(async () => {
    database = await createPostgres();
    const environment = {
      DATABASE_URL: database.url,
      SECRET_KEY: generateSecretKey(),
      ADMIN_PASSWORD: ADMIN.password,
      CLUSTER_LEASE: '2',
    };
    replicas = await Promise.all([startProcess(environment, PROGRAM), startProcess(environment, PROGRAM)]);
  });
  afterEach(async () => {
    await Promise.all(replicas.map(({ end }) => end('SIGKILL')));
    await database.drop();
  });

  const urlOf = (index: number) => replicas[index]?.url ?? '';

  async function optimus<T>(url: string, token: string, method: string, path: string, body?: object) {
    const answer = await send(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: token },
      ...(body && { body }),
    });
    return ((await answer.json()) as { data: T }).data;
  }
  const draft = (address: string) => ({
    name: 'dc',
    mode: true,
    lcm_ip: address,
    lcm_user: 'u',
    lcm_pwd: 'p',
    openstackrc_dir: '/openrc',
  });
  const history = async (token: string, id: string, index = 0) =>
    optimus<HistoryRow[]>(urlOf(index), token, 'GET', `/scheduler/task/history?cid=${id}`);

  test('one run at a time, whoever is asked and however often', async () => {
    const cloud = await playCloud();
    const token = await logIn(urlOf(0), ADMIN.user, ADMIN.password);
    const id = await optimus<string>(urlOf(0), token, 'POST', '/data_center', draft(cloud.address));
    await vi.waitFor(async () => expect(await history(token, id)).toHaveLength(2), { timeout: 30_000 });
    cloud.isHeld = true;
    const ask = async (index: number) =>
      send(`${urlOf(index)}/graphql`, {
        method: 'POST',
        headers: { authorization: token },
        body: { query: `mutation { refreshDataCenter(input: { id: "${id}" }) { dataCenter { id } } }` },
      });
    await Promise.all([0, 1, 0, 1, 0, 1].map(ask));
    await vi.waitFor(() => expect(cloud.waiting.size).toBe(1), { timeout: 30_000 });
    // Longer than the lease, which is renewed as long as the run lasts.
    await database.execute('update data_center_tasks set asked_at = now(), next_run_at = now()');
    const before = cloud.asked.length;
    await vi.waitFor(
      async () => {
        await Promise.all([0, 1].map(ask));
        const [row] = await database.execute(
          "select run_until > now() as held, now() - started_at > interval '6 seconds' as old from data_centers d join task_runs r on r.id = d.run_id",
        );
        expect(row).toEqual({ held: true, old: true });
      },
      { timeout: 30_000, interval: 300 },
    );
    expect([cloud.waiting.size, cloud.asked.length]).toEqual([1, before]);
    cloud.release();
    await vi.waitFor(async () => expect((await history(token, id)).length).toBeGreaterThanOrEqual(4), {
      timeout: 30_000,
    });
    expect(cloud.most).toBe(1);
    expect((await history(token, id)).filter(({ status }) => !status)).toEqual([]);
  });

  test.each([
    ['SIGKILL', 'the server that ran it went away; it runs again'],
    ['SIGTERM', 'the server that ran it was stopped; it runs again'],
  ] as const)('after %s in a run the other replica runs it again', async (signal, why) => {
    const cloud = await playCloud();
    const token = await logIn(urlOf(0), ADMIN.user, ADMIN.password);
    cloud.isHeld = true;
    const id = await optimus<string>(urlOf(0), token, 'POST', '/data_center', draft(cloud.address));
    await vi.waitFor(() => expect(cloud.waiting.size).toBe(1), { timeout: 30_000 });
    const dead = replicas.findIndex(({ process: { pid } }) => pid === cloud.askedBy);
    replicas[dead]?.process.kill(signal);
    cloud.isHeld = false;
    const living = 1 - dead;
    const rows = await vi.waitFor(
      async () => {
        const found = await history(token, id, living);
        expect(found.filter(({ status }) => status)).toHaveLength(2);
        return found;
      },
      { timeout: 90_000, interval: 500 },
    );
    expect(rows.map(({ error_info }) => error_info).filter((info) => info !== null)).toEqual([why]);
  });
});
