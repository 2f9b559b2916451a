import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { VisibleNamespaces } from '../../../src/domains/edge/clusters/cluster.port.js';
import { eventOf, nodeOf, podOf } from '../../support/kubernetes/objects.js';
import { line } from '../../support/kubernetes/server.js';
import { startLab, watch } from './lab.js';

const GIB = 2 ** 30;

async function nodeStateOf(
  traits: Parameters<typeof nodeOf>[1],
  change: (status: Record<string, unknown>) => void = () => undefined,
) {
  const { cluster, client } = await startLab();
  const node = nodeOf('node', traits);
  change(node['status'] as Record<string, unknown>);
  cluster.store.put('nodes', node);
  const recorder = watch(client);
  await expect.poll(() => recorder.nodes.size).toBe(2);
  return recorder.nodes.get('node');
}

test('a node is told with all that the port has of it', async () => {
  const labels = { 'nvidia.com/gpu.memory': '40960', 'label.isthmus.io/edge': 'true' };
  const capacity = { cpu: '7910m', memory: '32780Mi', 'nvidia.com/gpu': '2' };
  expect(await nodeStateOf({ labels, capacity })).toEqual({
    ownLabels: ['edge'],
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'node',
    labels: { 'kubernetes.io/hostname': 'node', 'kubernetes.io/os': 'linux', ...labels },
    isReady: true,
    isSchedulable: true,
    ip: '10.20.0.11',
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    architecture: 'amd64',
    kernelVersion: '6.1.0-28-amd64',
    kubeletVersion: 'v1.34.1',
    cpu: 7.91,
    memory: 32_780 * 2 ** 20,
    disk: 100 * GIB,
    gpuMemory: 80 * GIB,
    allocatable: { cpu: 3.9, memory: 15 * GIB },
    createdAt: new Date('2026-01-02T03:04:05Z'),
  });
});

test.each([
  ['no GPUs', { labels: { 'nvidia.com/gpu.memory': '40960' } }],
  ['GPUs of unknown memory', { capacity: { 'nvidia.com/gpu': '2' } }],
  [
    'a label that is no number',
    { labels: { 'nvidia.com/gpu.memory': 'lots' }, capacity: { 'nvidia.com/gpu': '2' } },
  ],
])('a node with %s has no GPU memory', async (_what, traits) => {
  expect((await nodeStateOf(traits))?.gpuMemory).toBe(0);
});

test.each(['False', 'Unknown'] as const)('a node whose condition Ready is %s is not ready', async (ready) => {
  expect((await nodeStateOf({ ready }))?.isReady).toBe(false);
});

test('a cordoned node takes no pods', async () => {
  expect((await nodeStateOf({ unschedulable: true }))?.isSchedulable).toBe(false);
});

test('a node that has reported nothing yet is told all the same', async () => {
  const node = await nodeStateOf({}, (status) => {
    for (const key of Object.keys(status)) delete status[key];
  });
  expect(node).toMatchObject({ isReady: false, ip: null, cpu: 0, memory: 0, kubeletVersion: '' });
});

const MOST_BYTES = Number.MAX_SAFE_INTEGER;

test.each([
  ['1500m', 2],
  ['0.1', 1],
  ['1e30', MOST_BYTES],
  ['1Ei', MOST_BYTES],
  ['1e999', MOST_BYTES],
  ['-1Gi', 0],
  ['lots', 0],
])('memory and disk of %s are %d bytes', async (amount, bytes) => {
  const capacity = { memory: amount, 'ephemeral-storage': amount };
  expect(await nodeStateOf({ capacity, allocatable: { memory: amount } })).toMatchObject({
    memory: bytes,
    disk: bytes,
    allocatable: { memory: bytes },
  });
});

test.each([
  ['1e30', 1_000_000],
  ['1e999', 1_000_000],
  ['-4', 0],
  ['many', 0],
])('a capacity of %s cores counts as %d', async (cpu, cores) => {
  expect(await nodeStateOf({ capacity: { cpu }, allocatable: { cpu } })).toMatchObject({
    cpu: cores,
    allocatable: { cpu: cores },
  });
});

test.each([
  ['1e30', '8', MOST_BYTES],
  ['40960', '1e30', MOST_BYTES],
  ['0.0000001', '1', 1],
  ['-40960', '8', 0],
])('GPU memory of %s MiB on %s GPUs is %d bytes', async (memory, gpus, bytes) => {
  const labels = { 'nvidia.com/gpu.memory': memory };
  expect((await nodeStateOf({ labels, capacity: { 'nvidia.com/gpu': gpus } }))?.gpuMemory).toBe(bytes);
});

test('a resource that the product does not know may be anything', async () => {
  expect(await nodeStateOf({ capacity: { 'example.com/odd': 'nonsense' } })).toMatchObject({ cpu: 4 });
});

test('texts have no characters that cannot be stored, and an end', async () => {
  const labels = { 'a\0b': 'c\0d', half: '\ud800', ['k'.repeat(400)]: 'v'.repeat(100) };
  const node = await nodeStateOf({ labels }, (status) => {
    status['nodeInfo'] = {
      operatingSystem: 'linux\0',
      osImage: 'x'.repeat(10_000),
      architecture: '\0',
      kernelVersion: '',
      kubeletVersion: '\udc00',
    };
    status['addresses'] = [{ type: 'InternalIP', address: '10.0.0.1\0' }];
  });
  expect(node).toMatchObject({
    operatingSystem: 'linux\ufffd',
    osImage: 'x'.repeat(1024),
    architecture: '\ufffd',
    kubeletVersion: '\ufffd',
    ip: '10.0.0.1\ufffd',
    labels: { 'a\ufffdb': 'c\ufffdd', half: '\ufffd', ['k'.repeat(317)]: 'v'.repeat(63) },
  });
});

test('labels are told as far as they fit, those of ours first', async () => {
  const many = Array.from({ length: 2000 }, (_, index) => [`a${index}`.padEnd(300, 'k'), 'v'.repeat(63)]);
  const labels = { ...Object.fromEntries(many), 'label.isthmus.io/edge': 'true' };
  const node = await nodeStateOf({ labels });
  expect(node?.ownLabels).toEqual(['edge']);
  expect(Object.keys(node?.labels ?? {})).toContain('kubernetes.io/hostname');
  const length = JSON.stringify(node?.labels).length;
  expect(length).toBeGreaterThan(30_000);
  expect(length).toBeLessThan(40_000);
});

test('what is cut off is not kept in memory', async () => {
  const { cluster, client } = await startLab({}, { patience: 10_000 });
  const [count, size] = [10, 2_000_000];
  for (let index = 0; index < count; index += 1)
    cluster.store.put('nodes', nodeOf(`node-${index}`, { labels: { large: 'x'.repeat(size) } }));
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heap = () => {
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  const recorder = watch(client);
  await expect.poll(() => recorder.nodes.size).toBe(count + 1);
  await expect.poll(() => heap() - before).toBeLessThan((count * size) / 4);
  expect(recorder.nodes.size).toBe(count + 1);
});

test.each([
  ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59-05:00', '9999-12-31T23:59:59.999Z'],
])('a node that was made at %s was made at %s', async (creationTimestamp, createdAt) => {
  const { cluster, client } = await startLab();
  const node = nodeOf('node');
  cluster.store.put('nodes', { ...node, metadata: { ...node.metadata, creationTimestamp } });
  const recorder = watch(client);
  await expect.poll(() => recorder.nodes.get('node')?.createdAt.toISOString()).toBe(createdAt);
});

test("a cluster's complaint can be stored", async () => {
  const { cluster, client } = await startLab();
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.writeToWatches(line('ERROR', { code: 500, message: `no\0${'x'.repeat(5000)}` }));
  await expect.poll(() => recorder.failures.length).toBe(1);
  expect(recorder.failures[0]?.message).toContain('answered 500: no\ufffdxxx');
  expect(recorder.failures[0]?.message.length).toBeLessThan(700);
});

test('a wrong field is named as it can be stored', async () => {
  const { cluster, client } = await startLab();
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  const metadata = { ...nodeOf('odd').metadata, labels: { 'a\0b': 1 } };
  cluster.writeToWatches(line('ADDED', { ...nodeOf('odd'), metadata }));
  await expect.poll(() => recorder.failures.map(({ message }) => message).join()).toContain('a\ufffdb');
});

const container = (cpu: string, memory = '0', restartPolicy?: string) => ({
  resources: { requests: { cpu, memory } },
  ...(restartPolicy && { restartPolicy }),
});

test('what is requested is what the scheduler counts', async () => {
  const { cluster, client, signal } = await startLab();
  const pods: [string, Record<string, unknown>][] = [
    ['Running', { containers: [container('100m', '1Gi'), container('200m')] }],
    ['Pending', { containers: [{}], initContainers: [container('1', '2Gi'), container('500m')] }],
    [
      'Running',
      { containers: [container('1')], initContainers: [container('250m', '0', 'Always'), container('2')] },
    ],
    ['Running', { containers: [container('1', '1Gi')], overhead: { cpu: '50m', memory: '120Mi' } }],
    ['Running', { containers: [container('1')], resources: { requests: { cpu: '3' } } }],
    ['Succeeded', { containers: [container('64', '64Gi')] }],
    ['Failed', { containers: [container('64', '64Gi')] }],
  ];
  for (const [index, [phase, spec]] of pods.entries())
    cluster.store.put('pods', podOf(`pod-${index}`, phase, spec));
  expect(await client.requested(signal)).toEqual({
    cpu: 0.3 + 1 + 2.25 + 1.05 + 3,
    memory: GIB + 2 * GIB + GIB + 120 * 2 ** 20,
  });
});

test('the latest events come first, whichever of its times an event has', async () => {
  const { cluster, client, signal } = await startLab();
  const at = (day: number) => `2026-02-0${day}T00:00:00Z`;
  const events = [
    eventOf('first', { firstTimestamp: at(1), lastTimestamp: null, count: 0 }),
    eventOf('last', { firstTimestamp: at(1), lastTimestamp: at(3), count: 7 }),
    eventOf('series', {
      eventTime: at(1),
      series: { count: 9, lastObservedTime: '2026-02-04T00:00:00.123456Z' },
    }),
    eventOf('single', { eventTime: at(2), involvedObject: { kind: 'Pod', name: 'p', namespace: 'ns1' } }),
    eventOf('created', {}),
  ];
  for (const event of events) cluster.store.put('events', event);
  const listed = await client.listEvents('all', 4, signal);
  expect(listed.map(({ message }) => message)).toEqual(['series', 'last', 'single', 'first']);
  expect(listed[2]).toEqual({
    type: 'Normal',
    reason: 'Tested',
    message: 'single',
    subject: 'Pod/p',
    namespace: 'ns1',
    count: 1,
    lastSeenAt: new Date(at(2)),
  });
  expect(listed.map(({ count }) => count)).toEqual([9, 7, 1, 0]);
  expect(listed[0]?.namespace).toBeNull();
});

test('an event that tells neither its kind nor its time is told as such, and last', async () => {
  const { cluster, client, signal } = await startLab();
  const bare = eventOf('bare', { type: undefined });
  bare.metadata.creationTimestamp = null;
  cluster.store.put('events', bare);
  cluster.store.put('events', eventOf('timed', { lastTimestamp: '1960-01-01T00:00:00Z' }));
  expect(await client.listEvents('all', 5, signal)).toMatchObject([
    { message: 'timed', type: 'Normal', lastSeenAt: new Date('1960-01-01T00:00:00Z') },
    { message: 'bare', type: '', lastSeenAt: null },
  ]);
});

test('of the events that are visible the latest are told', async () => {
  const { cluster, client, signal } = await startLab();
  for (const [day, namespace] of ['ns1', 'ns2', undefined, 'default', 'ns1', 'ns2'].entries()) {
    const involvedObject = { kind: 'Pod', name: 'p', ...(namespace && { namespace }) };
    const lastTimestamp = `2026-02-0${day + 1}T00:00:00Z`;
    cluster.store.put('events', eventOf(`${day}`, { involvedObject, lastTimestamp }));
  }
  const listed = async (visible: VisibleNamespaces, limit: number) =>
    (await client.listEvents(visible, limit, signal)).map(({ message }) => Number(message));
  expect(await listed('all', 9)).toEqual([5, 4, 3, 2, 1, 0]);
  expect(await listed(['ns1'], 9)).toEqual([4, 2, 0]);
  expect(await listed(['ns1'], 2)).toEqual([4, 2]);
  expect(await listed([], 1)).toEqual([2]);
});

test('odd events are told as far as the port can hold them', async () => {
  const { cluster, client, signal } = await startLab();
  const odd = [
    { message: 'a\0b', reason: 'x'.repeat(5000), count: 1e12, lastTimestamp: '2026-02-05T00:00:00Z' },
    { message: 'fraction', count: 2.5, lastTimestamp: '2026-02-04T00:00:00Z' },
    { message: 'negative', series: { count: -1 }, lastTimestamp: '2026-02-03T00:00:00Z' },
    { message: 'text', count: 'often', lastTimestamp: 'yesterday' },
  ];
  for (const [index, rest] of odd.entries()) cluster.store.put('events', eventOf(`odd-${index}`, rest));
  const listed = await client.listEvents('all', 4, signal);
  expect(listed.map(({ message, count }) => [message, count])).toEqual([
    ['a\ufffdb', 2 ** 31 - 1],
    ['fraction', 2],
    ['negative', 0],
    ['text', 1],
  ]);
  expect(listed[0]?.reason).toHaveLength(1024);
});

test('events that are listed on many pages are all considered', async () => {
  const { cluster, client, signal } = await startLab();
  for (let index = 0; index < 1100; index += 1) {
    const lastTimestamp = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
    cluster.store.put('events', eventOf(`event-${index}`, { lastTimestamp }));
  }
  const listed = await client.listEvents('all', 2, signal);
  expect(listed.map(({ message }) => message)).toEqual(['event-1099', 'event-1098']);
});
