import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DomainError } from '../../src/kernel/errors.js';
import type { FakeCloud } from '../support/clouds.js';
import { newBusiness } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import {
  type CloudServer,
  type HistoryRow,
  QUICK_REFRESH,
  ask,
  historyOf,
  newCenter,
  optimus,
  refresh,
  startClouds,
  tasksOf,
} from './support/world.js';

const server = useServer(async () => startClouds({}, { background: true }));

const STATIC = ['tenants', 'hosts', 'aggregates', 'flavors', 'networks', 'volumeTypes', 'images'];
const DYNAMIC = ['tenants', 'hosts', 'stacks', 'servers', 'volumes', 'quotas'];

/** When so many runs have ended. */
async function ended(of: CloudServer, id: string, count: number): Promise<HistoryRow[]> {
  return vi.waitFor(
    async () => {
      const history = await historyOf(of, id);
      expect(history.length).toBeGreaterThanOrEqual(count);
      return history;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const held = (cloud: FakeCloud) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  cloud.held = promise;
  return resolve;
};

const running = async (of: CloudServer, id: string) =>
  (await of.database.query('select run_id from data_centers where id = $1', [id])).rows[0]?.['run_id'] ??
  null;

test('both tasks run once when a data center is made, one after the other, and are due an interval later', async () => {
  const { id, cloud, name, address } = await newCenter(server);
  const history = await ended(server, id, 2);
  expect(
    history.map(({ task_name, status, error_info, dc_name }) => [task_name, status, error_info, dc_name]),
  ).toEqual([
    ['dynamic', true, null, name],
    ['static', true, null, name],
  ]);
  expect(cloud.reads).toEqual([...STATIC, ...DYNAMIC]);
  expect(cloud.mostSessions).toBe(1);
  expect(cloud.sessions).toBe(0);
  expect(cloud.accounts[0]).toEqual({
    address,
    user: 'lcm_user',
    password: 'lcm_pwd',
    openrcPath: '/root/openrc',
    ca: null,
    hostKey: cloud.hostKey,
  });
  const tasks = await tasksOf(server, id);
  for (const task of [tasks?.dynamic_task, tasks?.static_task]) {
    expect(task?.end).toBeGreaterThanOrEqual(task?.start ?? Number.NaN);
    const next = Date.parse(task?.next_run_time ?? '') / 1000;
    expect(next - (task?.start ?? 0)).toBe(task?.interval);
  }
});

test('a task that is due runs by itself, and one that is paused does not', async () => {
  const { id } = await newCenter(server);
  await ended(server, id, 2);
  await optimus(server, 'POST', '/scheduler/task', { cid: id, action: 'pause', task: 'static' });
  await server.database.query(
    "update data_center_tasks set next_run_at = now() where data_center_id = $1 and kind = 'DYNAMIC'",
    [id],
  );
  // What sets the look for whatever is pending off.
  await newBusiness(server);
  const history = await ended(server, id, 3);
  expect(history.map(({ task_name }) => task_name)).toEqual(['dynamic', 'dynamic', 'static']);
});

test('refreshDataCenter runs one now, a paused one too, which stays paused', async () => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  await optimus(server, 'POST', '/scheduler/task', { cid: id, action: 'pause', task: 'static' });
  cloud.reads.length = 0;
  await refresh(server, id, 'STATIC');
  await ended(server, id, 3);
  expect(cloud.reads).toEqual(STATIC);
  expect(await tasksOf(server, id)).toMatchObject({ static_task: { status: false, next_run_time: null } });
});

test('one that is asked for while another runs comes after it', async () => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  const release = held(cloud);
  await refresh(server, id, 'STATIC');
  await expect.poll(async () => running(server, id)).not.toBeNull();
  for (let turn = 0; turn < 3; turn += 1) await refresh(server, id, 'DYNAMIC');
  release();
  await ended(server, id, 4);
  await expect.poll(async () => running(server, id)).toBeNull();
  expect((await historyOf(server, id)).length).toBe(4);
  expect(cloud.mostSessions).toBe(1);
});

test.each([
  [
    'log-in',
    (cloud: FakeCloud) => (cloud.failure = 'PERMISSION_DENIED'),
    'while reading the openrc file:\nUPSTREAM_ERROR: the LCM lets the account run nothing',
  ],
  [
    'answer',
    (cloud: FakeCloud) =>
      cloud.failures.set(
        'servers',
        new DomainError(
          'UPSTREAM_ERROR',
          'Nova wants the right admin',
          { upstream: { platform: 'nova', status: 403, body: { secret: 'x' } } },
          { cause: new DomainError('FORBIDDEN', 'policy') },
        ),
      ),
    'while reading servers:\nUPSTREAM_ERROR: Nova wants the right admin (nova answered 403)\nbecause of FORBIDDEN: policy',
  ],
  [
    'password in a message',
    (cloud: FakeCloud) => cloud.failures.set('hosts', new DomainError('UPSTREAM_ERROR', 'lcm_pwd is wrong')),
    'while reading hosts:\nUPSTREAM_ERROR: ****** is wrong',
  ],
  [
    'defect',
    (cloud: FakeCloud) => cloud.failures.set('hosts', new TypeError('x of undefined')),
    'while reading hosts:\nINTERNAL: a failure of the server, whose log has the detail',
  ],
])('a failure (%s) is in the history, and the next run may go well', async (_what, fail, info) => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  fail(cloud);
  await refresh(server, id);
  const [failed] = await ended(server, id, 3);
  expect(failed).toMatchObject({ task_name: 'dynamic', status: false, error_info: info });
  expect((await tasksOf(server, id))?.dynamic_task.status).toBe(true);
  cloud.failure = null;
  cloud.failures.clear();
  await refresh(server, id);
  expect((await ended(server, id, 4))[0]).toMatchObject({ status: true, error_info: null });
});

test('a long message is cut', async () => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  cloud.failures.set('hosts', new DomainError('UPSTREAM_ERROR', `\0${'x'.repeat(100_000)}`));
  await refresh(server, id);
  expect((await ended(server, id, 3))[0]?.error_info).toHaveLength(8000);
});

test('services that a cloud lacks are named', async () => {
  const { id } = await newCenter(server, { prepare: (cloud) => (cloud.missing = ['heat']) });
  await ended(server, id, 2);
  const { rows } = await server.database.query('select missing from task_runs where data_center_id = $1', [
    id,
  ]);
  expect(rows.map(({ missing }) => missing)).toEqual([['heat'], ['heat']]);
});

test('what is deleted while it is read is read no more, and its run has ended', async () => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  const release = held(cloud);
  onTestFinished(() => release());
  await refresh(server, id);
  await expect.poll(() => cloud.waiting).toBe(1);
  await optimus(server, 'DELETE', '/data_center', { id });
  expect((await historyOf(server, id))[0]).toMatchObject({
    status: false,
    error_info: 'the data center was deleted while it was read',
  });
  await expect.poll(() => cloud.sessions, { timeout: 5000 }).toBe(0);
});

test('what is changed while it is read is read anew', async () => {
  const { id, cloud, address } = await newCenter(server);
  await ended(server, id, 2);
  const release = held(cloud);
  await refresh(server, id);
  await expect.poll(() => cloud.waiting).toBe(1);
  const other = server.clouds.add(`other.${address}`);
  await optimus(server, 'PUT', '/data_center', { id, lcm_ip: `other.${address}`, lcm_pwd: 'lcm_pwd' });
  release();
  const history = await ended(server, id, 5);
  expect(history.find(({ status }) => !status)?.error_info).toBe(
    'the way to its cloud was changed while it was read; it runs again',
  );
  expect(other.reads.toSorted()).toEqual([...STATIC, ...DYNAMIC].toSorted());
  const { rows } = await server.database.query('select host_key from data_centers where id = $1', [id]);
  expect(rows[0]?.['host_key']).toBe(other.hostKey);
});

const FORGET = `mutation ($input: UpdateDataCenterInput!) { updateDataCenter(input: $input) { dataCenter { id } } }`;
const hostKeyOf = async (of: CloudServer, id: string) =>
  (await of.database.query('select host_key from data_centers where id = $1', [id])).rows[0]?.['host_key'];

test('a host key that is forgotten is, whatever is read meanwhile, and the next one is taken at once', async () => {
  const { id, cloud } = await newCenter(server);
  await ended(server, id, 2);
  const release = held(cloud);
  await refresh(server, id);
  await expect.poll(() => cloud.waiting).toBe(1);
  cloud.hostKey = `ssh-ed25519 ${Buffer.from('another').toString('base64')}`;
  await ask(server, FORGET, { input: { id, forgetHostKey: true } });
  release();
  const history = await ended(server, id, 5);
  expect(history.filter(({ status }) => !status).map(({ error_info: info }) => info)).toEqual([
    'the way to its cloud was changed while it was read; it runs again',
  ]);
  expect(await hostKeyOf(server, id)).toBe(cloud.hostKey);
});

test('what another machine told than the one whose key was taken meanwhile is not believed', async () => {
  const { id, cloud } = await newCenter(server, { prepare: (each) => (each.failure = 'UNABLE_TO_REACH') });
  await ended(server, id, 2);
  expect(await hostKeyOf(server, id)).toBeNull();
  cloud.failure = null;
  const release = held(cloud);
  await refresh(server, id);
  await expect.poll(() => cloud.waiting).toBe(1);
  const first = cloud.hostKey;
  cloud.hostKey = `ssh-ed25519 ${Buffer.from('another').toString('base64')}`;
  await optimus(server, 'GET', `/connect_status?cid=${id}`);
  release();
  await ended(server, id, 4);
  expect(await hostKeyOf(server, id)).toBe(cloud.hostKey);
  expect(cloud.accounts.map(({ hostKey }) => hostKey)).toEqual([null, cloud.hostKey]);
  expect(first).not.toBe(cloud.hostKey);
});

/** Six clouds, read once, that hang from now on. */
async function hangingClouds(server: CloudServer) {
  const hanging = await Promise.all(Array.from({ length: 6 }, async () => newCenter(server)));
  for (const { id } of hanging) await ended(server, id, 2);
  const releases = hanging.map(({ cloud }) => held(cloud));
  onTestFinished(() => releases.forEach((release) => release()));
  for (const { id } of hanging) await refresh(server, id);
  return hanging;
}

test('clouds that hang hold up no others', async () => {
  const slow = await startClouds({}, { background: true });
  onTestFinished(async () => slow.stop());
  const hanging = await hangingClouds(slow);
  const waiting = () => hanging.map(({ cloud }) => cloud.waiting);
  await expect.poll(waiting).toEqual(hanging.map(() => 1));
  const { id } = await newCenter(slow);
  await ended(slow, id, 2);
  expect(waiting()).toEqual(hanging.map(() => 1));
});

test('clouds that hang are given up, and from then on few of them are tried at a time', async () => {
  const slow = await startClouds({}, { background: true, refreshPace: { ...QUICK_REFRESH, silence: 2000 } });
  onTestFinished(async () => slow.stop());
  const hanging = await hangingClouds(slow);
  for (const { id: silent } of hanging) {
    const [failed] = await ended(slow, silent, 3);
    expect(failed?.error_info).toContain('UPSTREAM_TIMEOUT: nothing came for');
  }
  for (const { id: silent } of hanging) await refresh(slow, silent);
  const most = { sessions: 0 };
  await expect
    .poll(
      async () => {
        most.sessions = Math.max(
          most.sessions,
          hanging.reduce((sum, { cloud }) => sum + cloud.sessions, 0),
        );
        return (await Promise.all(hanging.map(async (each) => historyOf(slow, each.id)))).filter(
          ({ length }) => length === 4,
        ).length;
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBeGreaterThanOrEqual(4);
  expect(most.sessions).toBeLessThanOrEqual(4);
}, 60_000);

test('a tenant whose clouds hang, however many, leaves places to others', async () => {
  const slow = await startClouds({}, { background: true });
  onTestFinished(async () => slow.stop());
  const { admin } = await newBusiness(slow);
  const hanging = await Promise.all(
    Array.from({ length: 20 }, async () =>
      newCenter(slow, {
        as: admin.token,
        prepare: (cloud) => {
          const release = held(cloud);
          onTestFinished(() => release());
        },
      }),
    ),
  );
  const under = () => hanging.filter(({ cloud }) => cloud.waiting === 1);
  await expect.poll(() => under().length, { timeout: 10_000 }).toBe(7);
  const centers = [
    await newCenter(slow),
    await newCenter(slow, { as: (await newBusiness(slow)).admin.token }),
  ];
  for (const { id } of centers) await ended(slow, id, 2);
  expect(under()).toHaveLength(7);
  // Who waits for a place has it as soon as there is one.
  for (const { id } of under()) await optimus(slow, 'DELETE', '/data_center', { id });
  await expect.poll(() => under().length, { timeout: 10_000 }).toBe(7);
}, 60_000);

test('a run has a deadline, whatever comes meanwhile', async () => {
  const slow = await startClouds({}, { background: true, refreshPace: { ...QUICK_REFRESH, deadline: 1500 } });
  onTestFinished(async () => slow.stop());
  const { id, cloud } = await newCenter(slow);
  await ended(slow, id, 2);
  // Page after page without an end.
  vi.spyOn(cloud, 'read').mockImplementation(async function* () {
    for (;;) {
      await delay(20);
      yield [];
    }
  } as typeof cloud.read);
  await refresh(slow, id);
  expect((await ended(slow, id, 3))[0]?.error_info).toMatch(/UPSTREAM_TIMEOUT: it took more than/);
});

test('no more runs are kept than are of use', async () => {
  const { id } = await newCenter(server);
  await ended(server, id, 2);
  await server.database.query(
    `insert into task_runs (id, data_center_id, data_center_name, kind, status, started_at, ended_at)
     select md5($1 || n), $1, 'name', 'DYNAMIC', 'SUCCESS', now() - n * interval '1 hour', now() - n * interval '1 hour'
     from generate_series(1, 2100) n`,
    [id],
  );
  const gone = '0'.repeat(31);
  await server.database.query(
    `insert into task_runs (id, data_center_id, data_center_name, kind, status, started_at, ended_at)
     select $1 || days, $1, 'name', 'DYNAMIC', 'SUCCESS', now(), now() - days * interval '100 days' from unnest('{3,4}'::int[]) days`,
    [gone],
  );
  await refresh(server, id);
  await expect
    .poll(
      async () =>
        (
          await server.database.query('select count(*)::int as n from task_runs where data_center_id = $1', [
            id,
          ])
        ).rows[0]?.['n'],
    )
    .toBe(2000);
  const { rows } = await server.database.query('select id from task_runs where data_center_id = $1', [gone]);
  expect(rows).toEqual([{ id: `${gone}3` }]);
});
