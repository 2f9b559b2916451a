import { expect, onTestFinished, test } from 'vitest';
import type { ClusterClient } from '../../../src/domains/edge/clusters/cluster.port.js';
import type { Room } from '../../../src/domains/edge/clusters/workload.port.js';
import { LogBudget } from '../../../src/domains/deployments/logBudget.js';
import { workloadOf } from '../../../src/domains/deployments/manifests/index.js';
import { MemoryClusters } from '../../support/clusters.js';
import { playControllers } from '../../support/kubernetes/controllers.js';
import { namespaceOf } from '../../support/kubernetes/objects.js';
import type { Fault } from '../../support/kubernetes/server.js';
import { NGINX, PLACE } from '../../deployments/manifests/specs.js';
import { open, paceOf, startLab } from './lab.js';
import { type WorkloadLab, describeWorkloads } from './workloadConformance.js';

const PATH = '/apis/apps/v1/namespaces/ns3/deployments';
const OWNER = { namespace: 'ns3', deploymentId: 7 };
const SPEC = { ...NGINX, isHPA: false, replicas: 2 };
const objectsOf = (more: Partial<typeof NGINX> = {}) => workloadOf({ ...SPEC, ...more }, PLACE);

/** Places of which each can be given back once. */
class Places implements Room {
  constructor(public left: number) {}

  take() {
    if (this.left === 0) return null;
    this.left -= 1;
    return () => void (this.left += 1);
  }
}

async function lab(...args: Parameters<typeof startLab>) {
  const { cluster, client, signal } = await startLab(...args);
  playControllers(cluster.namespaced);
  const apply = (objects = objectsOf(), dryRun = false) => client.apply(OWNER, objects, { dryRun }, signal);
  return { cluster, client, signal, apply };
}

async function fakeLab(): Promise<WorkloadLab> {
  const { cluster, client } = await lab();
  const { namespaced } = cluster;
  return {
    client,
    namespace: 'ns3',
    hasPods: false,
    createDeployment: async (name) => {
      const template = { metadata: { labels: {} }, spec: { containers: [] } };
      namespaced.put(`${PATH}/${name}`, {
        kind: 'Deployment',
        metadata: { name },
        spec: { replicas: 0, template },
      });
    },
    scale: async (name, replicas) => {
      const object = namespaced.objects.get(`${PATH}/${name}`);
      if (!object) throw new Error(`there is no ${name}`);
      namespaced.put(`${PATH}/${name}`, { ...object, spec: { ...object.spec, replicas } });
    },
    deleteDeployment: async (name) => {
      namespaced.objects.delete(`${PATH}/${name}`);
    },
  };
}

async function memoryLab(): Promise<WorkloadLab> {
  const clusters = new MemoryClusters();
  const { kubeconfig, workloads } = clusters.add('c1');
  const ofName = (name: string) =>
    [...workloads.objects].flatMap(([key, all]) =>
      all
        .filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)
        .map((object) => ({ key, all, object })),
    );
  return {
    client: await clusters.open(kubeconfig),
    namespace: 'ns3',
    hasPods: false,
    createDeployment: async (name) => void workloads.foreign.add(`ns3/Deployment ${name}`),
    scale: async (name, replicas) => {
      for (const { object } of ofName(name)) object['spec'] = { ...(object['spec'] as object), replicas };
    },
    deleteDeployment: async (name) => {
      workloads.foreign.delete(`ns3/Deployment ${name}`);
      for (const { key } of ofName(name)) workloads.objects.delete(key);
    },
  };
}

describeWorkloads('the fake', fakeLab);
describeWorkloads('the cluster in memory', memoryLab);

const faults: [Fault, string, string][] = [
  ['hang', 'UPSTREAM_TIMEOUT', 'did not answer in time'],
  ['reset', 'UPSTREAM_PROTOCOL', 'hung up before it answered'],
  ['half', 'UPSTREAM_PROTOCOL', ''],
  ['stall', 'UPSTREAM_TIMEOUT', 'in the middle'],
  ['html', 'UPSTREAM_PROTOCOL', 'is no'],
  ['balancer', 'UPSTREAM_ERROR', 'answered 404'],
  [401, 'UPSTREAM_ERROR', 'refuses the credentials'],
  [403, 'UPSTREAM_ERROR', 'the guide to registering a cluster'],
  [409, 'UPSTREAM_ERROR', 'answered 409'],
  [422, 'UPSTREAM_ERROR', 'answered 422: injected'],
  [429, 'UPSTREAM_ERROR', 'answered 429'],
  [500, 'UPSTREAM_ERROR', 'answered 500'],
];

type Call = (client: ClusterClient, signal: AbortSignal) => Promise<unknown>;

/** Every call to the cluster, by the requests of its kind alone that fail. */
const calls: [string, RegExp, Call][] = [
  [
    'reading',
    /^GET .*\/deployments\/web$/,
    (client, signal) => client.apply(OWNER, objectsOf(), { dryRun: false }, signal),
  ],
  [
    'applying',
    /^PATCH /,
    (client, signal) => client.apply(OWNER, objectsOf({ replicas: 3 }), { dryRun: false }, signal),
  ],
  [
    'a dry run',
    /^PATCH /,
    (client, signal) => client.apply(OWNER, objectsOf({ replicas: 3 }), { dryRun: true }, signal),
  ],
  [
    'listing what to prune',
    /^GET .*\/secrets\?/,
    (client, signal) => client.apply(OWNER, [], { dryRun: false }, signal),
  ],
  [
    'deleting',
    /^DELETE .*\/deployments\//,
    (client, signal) => client.apply(OWNER, [], { dryRun: false }, signal),
  ],
  ['the state', /^GET .*\/deployments\?/, (client, signal) => client.stateOf(OWNER, signal)],
  // Which are asked for where there is no Deployment.
  [
    'its daemon sets',
    /^GET .*\/daemonsets\?/,
    (client, signal) => client.stateOf({ ...OWNER, deploymentId: 99 }, signal),
  ],
  ['the list of pods', /^GET .*\/pods\?/, (client, signal) => client.logsOf(OWNER, 5, signal)],
  ['a log', /\/log\?/, (client, signal) => client.logsOf(OWNER, 5, signal)],
  [
    'following',
    /^GET .*\/pods\?/,
    (client, signal) => client.followLogs(OWNER, 5, signal)[Symbol.asyncIterator]().next(),
  ],
  ['removing pods', /^DELETE .*\/pods\//, (client, signal) => client.removePods(OWNER, ['worker-1'], signal)],
];

/** What is no failure there: a container has no log yet. */
const harmless = new Map<string, readonly Fault[]>([['a log', ['balancer', 'half', 'stall']]]);

test.each(calls)('%s that fails is told, whatever the fault', async (name, matches, call) => {
  for (const [fault, code, message] of faults) {
    if (harmless.get(name)?.includes(fault)) continue;
    const { cluster, client, signal, apply } = await lab({}, paceOf(fault));
    await apply();
    for (const path of cluster.namespaced.objects.keys()) cluster.namespaced.logs.set(path, 'a line\n');
    cluster.break(fault, matches);
    const failure = call(client, signal);
    await expect(failure, `${name} ${fault}`).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    cluster.heal();
    await call(client, signal);
    client.close();
    await cluster.close();
  }
});

test('what a quota refuses is no matter of the rights of the account', async () => {
  const { cluster, apply } = await lab();
  cluster.complaint = 'deployments.apps "web" is forbidden: exceeded quota: small, requested: pods=2';
  cluster.break(403, /^PATCH /);
  const failure: unknown = await apply().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UPSTREAM_ERROR' });
  expect((failure as Error).message).toMatch(/exceeded quota: small, requested: pods=2$/);
});

test('what is refused of several objects leaves the rest as it was', async () => {
  const { cluster, apply } = await lab();
  cluster.namespaced.put('/apis/autoscaling/v2/namespaces/ns3/horizontalpodautoscalers/web', {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
  });
  await expect(apply(objectsOf({ isHPA: true }))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(cluster.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('the state is that of what stays, whatever is about to go', async () => {
  const { cluster, client, signal, apply } = await lab();
  await apply();
  const path = `${PATH}/web`;
  const { metadata, spec } = cluster.namespaced.objects.get(path) ?? {};
  const put = (more: object) =>
    cluster.namespaced.put(path, {
      kind: 'Deployment',
      spec,
      metadata: { ...metadata, name: 'web', ...more },
    });
  put({ deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/slow'] });
  expect(await client.stateOf(OWNER, signal)).toBeNull();
  put({ deletionTimestamp: undefined });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ total: 2 });
});

test('a namespace that is gone is made again; a dry run tells what would come', async () => {
  const { cluster, apply } = await lab();
  cluster.namespaced.missing.add('ns3');
  expect(await apply(objectsOf(), true)).toMatchObject([{ change: 'CREATED' }]);
  cluster.onRequest = (request) => {
    if (request.startsWith('POST /api/v1/namespaces')) cluster.namespaced.missing.delete('ns3');
  };
  expect(await apply()).toMatchObject([{ change: 'CREATED' }]);
});

test('a namespace that is being deleted is waited for', async () => {
  const { cluster, apply } = await lab();
  cluster.namespaced.ending.add('ns3');
  cluster.store.put('namespaces', { ...namespaceOf('ns3'), status: { phase: 'Terminating' } });
  const message = expect.stringContaining('is still deleting the namespace ns3') as string;
  await expect(apply()).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', message });
});

test('the number of pods stays while it passes to an autoscaler', async () => {
  const { cluster, apply } = await lab();
  await apply();
  await apply(objectsOf({ isHPA: true }));
  expect(cluster.namespaced.objects.get(`${PATH}/web`)?.spec).toMatchObject({ replicas: 2 });
  await apply(objectsOf({ replicas: 5 }));
  expect(cluster.namespaced.objects.get(`${PATH}/web`)?.spec).toMatchObject({ replicas: 5 });
});

test('another cluster at the address is neither read nor written to', async () => {
  const { cluster, signal } = await lab();
  const client = await open(cluster.kubeconfig(), {}, 'another');
  onTestFinished(() => client.close());
  const message = expect.stringContaining('is another cluster') as string;
  await expect(client.apply(OWNER, objectsOf(), { dryRun: false }, signal)).rejects.toMatchObject({
    message,
  });
  await expect(client.stateOf(OWNER, signal)).rejects.toMatchObject({ message });
  expect(cluster.requests.filter((request) => request.includes('ns3'))).toEqual([]);
});

test.each([
  ['68 characters', '.'.repeat(66)],
  ['13, of which JSON makes as many', '\u001B'.repeat(11)],
])('of logs with lines of %s as much is kept as is allowed, the last lines of each', async (_what, begin) => {
  const { cluster, client, signal, apply } = await lab();
  await apply();
  const log = Array.from({ length: 30 }, (_, index) => `${begin}${String(index).padStart(2, '.')}\n`).join(
    '',
  );
  for (const path of cluster.namespaced.objects.keys())
    if (path.includes('/pods/')) cluster.namespaced.logs.set(path, log);
  // Of a line 100 bytes.
  const budget = new LogBudget(1050);
  const logs = await client.logsOf(OWNER, 8, signal, budget);
  expect(logs).toHaveLength(2);
  expect(logs.flatMap(({ lines }) => lines)).toHaveLength(10);
  for (const { lines } of logs) expect(lines.at(-1) ?? '29').toMatch(/29$/);
  expect(budget.take(51)).toBe(false);
  expect(budget.take(50)).toBe(true);
});

test('logs go on after a cluster that did not tell for a while', async () => {
  const { cluster, client, apply } = await lab();
  await apply();
  const pod = [...cluster.namespaced.objects.keys()].find((path) => path.includes('/pods/')) ?? '';
  const at = (second: number, line: string) => `2026-01-02T03:04:0${second}Z ${line}\n`;
  cluster.namespaced.logs.set(pod, at(1, 'one'));
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const lines = client.followLogs(OWNER, 5, stop.signal)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatchObject({ line: 'one' });
  const next = lines.next();
  const before = cluster.requests.length;
  cluster.break(503, /\/pods\?/);
  const lists = () => cluster.requests.slice(before).filter((request) => request.includes('/pods?')).length;
  // One list is tried three times.
  await expect.poll(lists, { interval: 5 }).toBeGreaterThan(3);
  cluster.namespaced.logs.set(pod, at(1, 'one') + at(2, 'two'));
  cluster.heal();
  expect((await next).value).toMatchObject({ line: 'two' });
});

test('logs go on after their stream has broken, with no line twice, cut or left out', async () => {
  const { cluster, client, apply } = await lab();
  await apply(workloadOf({ ...SPEC, replicas: 1 }, PLACE));
  const pod = [...cluster.namespaced.objects.keys()].find((path) => path.includes('/pods/')) ?? '';
  const at = (second: number, line: string) => `2026-01-02T03:04:0${second}Z ${line}\n`;
  cluster.namespaced.logs.set(pod, `${at(1, 'one')}${at(2, 'two').slice(0, -3)}`);
  cluster.break('torn', /\/log\?/);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const lines = client.followLogs(OWNER, 5, stop.signal)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatchObject({ line: 'one' });
  const next = lines.next();
  const streams = () => cluster.requests.filter((request) => request.includes('/log?'));
  // It breaks again and again.
  await expect.poll(() => streams().length, { interval: 5 }).toBeGreaterThan(2);
  expect(streams().at(-1)).toContain(`sinceTime=${encodeURIComponent('2026-01-02T03:04:01Z')}`);
  cluster.namespaced.logs.set(pod, at(1, 'one') + at(2, 'two') + at(3, 'three'));
  cluster.heal();
  expect([(await next).value, (await lines.next()).value]).toMatchObject([
    { line: 'two' },
    { line: 'three' },
  ]);
});

test('of more containers than there is room for some are followed, and it is told how many are not', async () => {
  const { cluster, client, apply } = await lab();
  await apply(workloadOf({ ...SPEC, replicas: 25 }, PLACE));
  // A container that says nothing.
  cluster.break('hang', /\/log\?/);
  const followed = () => cluster.requests.filter((request) => request.includes('/log?')).length;
  const room = new Places(3);
  for (const [most, given] of [
    [3, room],
    [20, undefined],
  ] as const) {
    const before = followed();
    const stop = new AbortController();
    const lines = client.followLogs(OWNER, 5, stop.signal, given)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toEqual({ pod: '', container: '', line: '', leftOut: 25 - most });
    await expect.poll(() => followed() - before).toBe(most);
    stop.abort();
    await expect.poll(async () => (await lines.next()).done).toBe(true);
  }
  expect(room.left).toBe(3);
});

test('who stops following gives the places back', async () => {
  const { cluster, client, signal, apply } = await lab();
  await apply();
  for (const path of cluster.namespaced.objects.keys())
    if (path.includes('/pods/')) cluster.namespaced.logs.set(path, '2026-01-02T03:04:05Z one\n');
  const room = new Places(3);
  for await (const { line } of client.followLogs(OWNER, 5, signal, room)) {
    expect(line).toBe('one');
    break;
  }
  expect(room.left).toBe(3);
});

test('a list that has no end is given up, also where it comes as one page', async () => {
  const { cluster, client, signal, apply } = await lab();
  await apply(workloadOf({ ...SPEC, replicas: 1 }, PLACE));
  const { objects } = cluster.namespaced;
  const [path = '', pod] = [...objects].find(([key]) => key.includes('/pods/')) ?? [];
  if (!pod) throw new Error('there is no pod');
  const { name, uid, labels } = pod.metadata;
  const small = { metadata: { name, uid, labels }, spec: { containers: [] } } as unknown as typeof pod;
  for (let index = 0; index < 150_000; index += 1) objects.set(`${path}${index}`, small);
  await expect(client.logsOf(OWNER, 5, signal, new LogBudget(1000))).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 5000 objects') as string,
  });
});
