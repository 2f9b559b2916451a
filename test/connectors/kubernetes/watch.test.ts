import { expect, test, vi } from 'vitest';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { type FakeOptions, type Fault, line } from '../../support/kubernetes/server.js';
import { open, paceOf, startLab, watch } from './lab.js';

const isList = (request: string) => request.startsWith('GET /api/v1/nodes?limit=500');
const isWatch = (request: string) => request.includes('watch=true');

/** A lab whose only node has been seen, and whose next change will be told. */
async function watching(pace = {}) {
  const lab = await startLab({}, pace);
  const recorder = watch(lab.client);
  await expect.poll(() => lab.cluster.watches.size).toBe(1);
  const isSeen = async (name: string) => {
    await expect.poll(() => [...recorder.nodes.keys()]).toContain(name);
  };
  const lists = () => lab.cluster.requests.filter(isList).length;
  const watches = () => lab.cluster.requests.filter(isWatch).length;
  return { ...lab, recorder, isSeen, lists, watches };
}

test('nodes come, change and go, in order', async () => {
  const { cluster, recorder } = await watching();
  cluster.store.put('nodes', nodeOf('worker-2'));
  cluster.store.put('nodes', nodeOf('worker-2', { ready: 'Unknown' }));
  cluster.store.remove('nodes', 'worker-1');
  await expect.poll(() => recorder.changes.map(({ kind }) => kind)).toEqual(['all', 'set', 'set', 'gone']);
  expect([...recorder.nodes.values()]).toMatchObject([{ name: 'worker-2', isReady: false }]);
  expect(recorder.failures).toEqual([]);
});

test('a cluster of many nodes is listed page by page', async () => {
  const { cluster, client } = await startLab();
  for (let index = 0; index < 1200; index += 1) cluster.store.put('nodes', nodeOf(`node-${index}`));
  const recorder = watch(client);
  await expect.poll(() => recorder.nodes.size).toBe(1201);
  expect(recorder.changes).toHaveLength(1);
  expect(cluster.requests.filter(isList)).toHaveLength(3);
});

test('a cluster without nodes is one too', async () => {
  const { cluster, client } = await startLab();
  cluster.store.remove('nodes', 'worker-1');
  const recorder = watch(client);
  await expect.poll(() => recorder.changes).toEqual([{ kind: 'all', nodes: [] }]);
});

test('the version is told, and told anew after an upgrade', async () => {
  const options: FakeOptions = { version: { major: '1', minor: '34', gitVersion: 'v1.34.1' } };
  const { cluster, client } = await startLab(options);
  const recorder = watch(client);
  await expect.poll(() => recorder.versions).toEqual(['v1.34.1']);
  options.version = { major: '1', minor: '35', gitVersion: 'v1.35.0' };
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.endWatches();
  await expect.poll(() => recorder.versions.at(-1)).toBe('v1.35.0');
  expect([recorder.lists, recorder.failures]).toEqual([1, []]);
});

test('a cluster that does not tell its version is watched all the same', async () => {
  const { cluster, client } = await startLab();
  cluster.break(500, /version$/);
  const recorder = watch(client);
  await expect.poll(() => cluster.requests).toContain('GET /version');
  cluster.store.put('nodes', nodeOf('worker-2'));
  await expect.poll(() => [...recorder.nodes.keys()]).toContain('worker-2');
  expect([recorder.versions, recorder.failures]).toEqual([[], []]);
});

test.each(['endWatches', 'resetWatches'] as const)(
  'after %s the watch goes on from where it was, and nothing failed',
  async (end) => {
    const { cluster, recorder, isSeen, lists } = await watching();
    cluster[end]();
    cluster.store.put('nodes', nodeOf('meanwhile'));
    await isSeen('meanwhile');
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.store.put('nodes', nodeOf('later'));
    await isSeen('later');
    expect(lists()).toBe(1);
    expect(recorder.failures).toEqual([]);
  },
);

test('a bookmark moves the place from which the next watch goes on', async () => {
  const { cluster, recorder } = await watching();
  cluster.store.put('pods', nodeOf('something-else'));
  const alive = recorder.timesAlive;
  cluster.bookmark();
  await expect.poll(() => recorder.timesAlive).toBeGreaterThan(alive);
  cluster.endWatches();
  await expect
    .poll(() => cluster.requests.findLast(isWatch))
    .toContain(`resourceVersion=${cluster.store.version}`);
});

test('a place that the cluster no longer knows means a new list, and no failure', async () => {
  const { cluster, recorder, isSeen, lists } = await watching();
  const dead = nodeOf('dead');
  cluster.store.put('nodes', dead);
  await isSeen('dead');
  cluster.break(503, /watch=true/);
  cluster.resetWatches();
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(0);
  cluster.store.remove('nodes', 'dead');
  cluster.store.compact();
  const failures = recorder.failures.length;
  cluster.heal();
  await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1']);
  expect(lists()).toBeGreaterThan(1);
  expect(recorder.failures.length).toBeLessThanOrEqual(failures + 1);
});

test.each([429, 503] as const)('%i as an answer does not mean a new list each time', async (status) => {
  const { cluster, recorder, isSeen, lists } = await watching();
  cluster.break(status, /watch=true/);
  cluster.resetWatches();
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(3);
  expect(lists()).toBeLessThan(recorder.failures.length);
  cluster.heal();
  cluster.store.put('nodes', nodeOf('later'));
  await isSeen('later');
});

test('another cluster at the same address is neither read nor written to', async () => {
  const { cluster, signal } = await startLab();
  const { uid } = await (await open(cluster.kubeconfig())).preflight(signal);
  const right = await open(cluster.kubeconfig(), {}, uid);
  const wrong = await open(cluster.kubeconfig(), {}, 'another');
  const recorder = watch(wrong);
  await expect.poll(() => recorder.failures.at(-1)?.message).toContain('is another cluster');
  expect([recorder.nodes.size, recorder.timesAlive]).toEqual([0, 0]);
  for (const client of [wrong, right]) {
    const written = Promise.all([
      client.setNodeLabels('worker-1', ['gpu'], signal),
      client.ensureNamespace('ns1', signal),
    ]);
    if (client === wrong) await expect(written).rejects.toThrow('is another cluster');
    else await written;
  }
});

test('410 as an event means a new list, and no failure', async () => {
  const { cluster, recorder, lists } = await watching();
  cluster.writeToWatches(line('ERROR', { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired' }));
  await expect.poll(lists).toBe(2);
  await expect.poll(() => recorder.lists).toBe(2);
  expect(recorder.failures).toEqual([]);
});

test('410 as an answer means a new list, and no failure', async () => {
  const { cluster, recorder, lists } = await watching();
  cluster.break(410, /watch=true/);
  cluster.resetWatches();
  await expect.poll(lists).toBeGreaterThan(2);
  cluster.heal();
  await expect.poll(() => cluster.watches.size).toBe(1);
  expect(recorder.failures).toEqual([]);
});

test('a list that expires between its pages is begun anew', async () => {
  const { cluster, client } = await startLab();
  for (let index = 0; index < 600; index += 1) cluster.store.put('nodes', nodeOf(`node-${index}`));
  cluster.break(410, /continue=/);
  const recorder = watch(client);
  await expect
    .poll(() => cluster.requests.filter((request) => request.includes('continue=')).length)
    .toBeGreaterThan(1);
  cluster.heal();
  await expect.poll(() => recorder.nodes.size).toBe(601);
  expect(recorder.failures).toEqual([]);
});

test.each([
  ['an event that is no JSON', 'nonsense\n', 'no JSON'],
  ['an event that is none', '{"type":"ADDED","object":{"metadata":{}}}\n', 'metadata.name'],
  ['an event of an unknown kind', '{"type":"NEWS","object":{}}\n', 'type'],
  ['a failure', line('ERROR', { code: 500, message: 'decoding failed' }), 'answered 500: decoding failed'],
  ['an endless line', 'x'.repeat(4_194_305), 'more than 4194304 bytes'],
])('%s is told as a failure, and the nodes are listed anew', async (_what, bytes, message) => {
  const { cluster, recorder, isSeen, lists } = await watching();
  cluster.writeToWatches(bytes);
  await expect.poll(() => recorder.failures.map((failure) => failure.message).join()).toContain(message);
  cluster.store.put('nodes', nodeOf('later'));
  await isSeen('later');
  expect(lists()).toBe(2);
});

test('half an event before a reset is as if it had never come', async () => {
  const { cluster, recorder, isSeen } = await watching({ silence: 60_000 });
  const half = line('ADDED', nodeOf('half')).slice(0, 100);
  // The probe, the list and the beginning of the watch.
  await expect.poll(() => recorder.timesAlive).toBe(3);
  cluster.writeToWatches(half);
  await expect.poll(() => recorder.timesAlive).toBe(4);
  cluster.resetWatches();
  cluster.store.put('nodes', nodeOf('later'));
  await isSeen('later');
  expect(recorder.nodes.has('half')).toBe(false);
  expect(recorder.failures).toEqual([]);
});

test.each(['hang', 'reset', 'html', 401, 403, 429, 500] as Fault[])(
  'with the fault %s the cluster fails again and again, and is back when it is over',
  async (fault) => {
    const { cluster, recorder, isSeen } = await watching(paceOf(fault));
    cluster.break(fault);
    cluster.resetWatches();
    await expect.poll(() => recorder.failures.length).toBeGreaterThan(1);
    cluster.store.put('nodes', nodeOf('later'));
    cluster.heal();
    await isSeen('later');
    await expect.poll(() => cluster.watches.size).toBe(1);
  },
);

test('a cluster that ends every watch at once is listed instead', async () => {
  const { cluster, recorder, isSeen, lists } = await watching({ steady: 60_000 });
  cluster.break('half', /watch=true/);
  cluster.resetWatches();
  await expect.poll(lists).toBeGreaterThan(2);
  cluster.store.put('nodes', nodeOf('later'));
  await isSeen('later');
  expect(recorder.failures).toEqual([]);
});

test('a cluster that is down is back when it is up, without a new list', async () => {
  const { cluster, recorder, isSeen, lists } = await watching();
  await cluster.down();
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(1);
  expect(recorder.failures[0]).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  cluster.store.put('nodes', nodeOf('meanwhile'));
  await cluster.up();
  await isSeen('meanwhile');
  expect(lists()).toBe(1);
});

test('a cluster that is down at first is no different', async () => {
  const { cluster, client } = await startLab();
  await cluster.down();
  const recorder = watch(client);
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(1);
  expect(recorder.timesAlive).toBe(0);
  await cluster.up();
  await expect.poll(() => recorder.nodes.size).toBe(1);
});

test('a silent watch of a cluster that answers goes on', async () => {
  const { cluster, recorder, isSeen, watches } = await watching({ silence: 20 });
  const alive = recorder.timesAlive;
  await expect.poll(() => recorder.timesAlive).toBeGreaterThan(alive + 2);
  cluster.store.put('nodes', nodeOf('later'));
  await isSeen('later');
  expect(watches()).toBe(1);
  expect(recorder.failures).toEqual([]);
});

test('a server that answers a question for one node with all, in megabytes, is there all the same', async () => {
  const { cluster, client } = await startLab({ unpaged: true }, { silence: 50 });
  const note = 'x'.repeat(20_000);
  for (let index = 1; index < 250; index += 1)
    cluster.store.put('nodes', { ...nodeOf(`node-${index}`), note });
  const recorder = watch(client);
  await expect.poll(() => recorder.nodes.size).toBe(250);
  const probes = () => cluster.requests.filter((request) => request.endsWith('limit=1')).length;
  const before = probes();
  await expect.poll(probes).toBeGreaterThan(before + 1);
  cluster.store.put('nodes', nodeOf('later'));
  await expect.poll(() => [...recorder.nodes.keys()]).toContain('later');
  expect(recorder.failures).toEqual([]);
});

test('a silent watch of a cluster that does not answer is a failure', async () => {
  const { cluster, recorder, isSeen, lists } = await watching({ silence: 20, patience: 100 });
  cluster.silenceWatches();
  cluster.break('hang');
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(0);
  expect(recorder.failures[0]).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  cluster.store.put('nodes', nodeOf('meanwhile'));
  cluster.heal();
  await isSeen('meanwhile');
  expect(lists()).toBe(1);
});

test('a watch that stays silent for too long is begun anew from where it was', async () => {
  const { cluster, recorder, isSeen, lists } = await watching({ silence: 20, stale: 80 });
  cluster.silenceWatches();
  cluster.store.put('nodes', nodeOf('untold'));
  await isSeen('untold');
  expect(lists()).toBe(1);
  expect(recorder.failures).toEqual([]);
});

test('what is not taken in yet holds back what comes next, and a refusal of it means a new list', async () => {
  const { cluster, client, signal } = await startLab();
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  const release: ((error?: Error) => void)[] = [];
  vi.spyOn(recorder, 'changed').mockImplementation(
    () => new Promise((resolve, reject) => release.push((error) => (error ? reject(error) : resolve()))),
  );
  for (const name of ['a', 'b', 'c']) cluster.store.put('nodes', nodeOf(name));
  await expect.poll(() => release.length).toBe(1);
  // A call on another connection comes and goes, and still nothing more was told.
  await client.requested(signal);
  expect(release).toHaveLength(1);
  release[0]?.();
  await expect.poll(() => release.length).toBe(2);
  release[1]?.(new Error('the database is away'));
  await expect.poll(() => release.length).toBe(3);
  expect(vi.mocked(recorder.changed).mock.lastCall?.[0]).toMatchObject({ kind: 'all' });
  expect(recorder.failures).toEqual([]);
  release[2]?.();
});

test('connections are given back', async () => {
  const { cluster, recorder, client } = await watching({ silence: 10 });
  for (let round = 0; round < 20; round += 1) {
    const alive = recorder.timesAlive;
    cluster.endWatches();
    await expect.poll(() => recorder.timesAlive).toBeGreaterThan(alive + 1);
    await expect.poll(() => cluster.watches.size).toBe(1);
  }
  expect(cluster.openConnections).toBeLessThanOrEqual(3);
  client.close();
  await expect.poll(() => cluster.openConnections).toBe(0);
});
