import { expect, test } from 'vitest';
import { type KubernetesObject, nodeOf } from '../../support/kubernetes/objects.js';
import { line } from '../../support/kubernetes/server.js';
import { startLab, watch } from './lab.js';

const status = (name: string, more: object): KubernetesObject => {
  const node = nodeOf(name);
  return { ...node, status: { ...(node['status'] as object), ...more } };
};
const metadata = (name: string, more: object): KubernetesObject => {
  const node = nodeOf(name);
  return { ...node, metadata: { ...node.metadata, ...more } };
};

const odd: [string, KubernetesObject, string][] = [
  ['no time of its making', metadata('odd', { creationTimestamp: null }), 'metadata.creationTimestamp'],
  ['a label without a value', metadata('odd', { labels: { a: null } }), 'metadata.labels.a'],
  ['half of what is known of its system', status('odd', { nodeInfo: { osImage: 'x' } }), 'status.nodeInfo'],
  ['a condition of no type', status('odd', { conditions: [{}] }), 'status.conditions'],
  ['an address that is none', status('odd', { addresses: [null] }), 'status.addresses'],
];

test.each(odd)('a node with %s hides itself alone, and is named', async (_what, object, where) => {
  const { cluster, client } = await startLab();
  cluster.store.put('nodes', object);
  cluster.store.put('nodes', nodeOf('worker-2'));
  const recorder = watch(client);
  await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
  await expect.poll(() => recorder.remaining).toContain(`has a node that is passed over`);
  expect(recorder.remaining).toContain(`"odd" (${where}`);
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.store.put('nodes', nodeOf('odd'));
  await expect.poll(() => [...recorder.nodes.keys()]).toContain('odd');
  cluster.bookmark();
  await expect.poll(() => recorder.remaining).toBeUndefined();
  expect(recorder.lists).toBe(1);
});

test.each(odd)(
  'a node that comes to have %s is hidden, and the watch goes on',
  async (_what, object, where) => {
    const { cluster, client } = await startLab();
    cluster.store.put('nodes', nodeOf('odd'));
    const recorder = watch(client);
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.store.put('nodes', object);
    await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1']);
    expect(recorder.failures.at(-1)?.message).toContain(where);
    cluster.store.put('nodes', nodeOf('worker-2'));
    await expect.poll(() => [...recorder.nodes.keys()]).toContain('worker-2');
    cluster.store.remove('nodes', 'odd');
    cluster.bookmark();
    await expect.poll(() => recorder.remaining).toBeUndefined();
    expect(recorder.lists).toBe(1);
  },
);

test('of many odd nodes all are counted and a few are named', async () => {
  const { cluster, client } = await startLab();
  for (let index = 0; index < 40; index += 1)
    cluster.store.put('nodes', metadata(`odd-${index}`, { creationTimestamp: 'never' }));
  const recorder = watch(client);
  await expect.poll(() => recorder.remaining).toContain('has 40 nodes that are passed over');
  expect(recorder.remaining).toContain('"odd-4"');
  expect(recorder.remaining).toContain('35 more');
  expect(recorder.nodes.size).toBe(1);
});

test('a node without a name is counted', async () => {
  const { cluster, client } = await startLab();
  cluster.store.objects.nodes.set('', metadata('', { name: undefined }));
  const recorder = watch(client);
  await expect.poll(() => recorder.remaining).toContain('has a node that is passed over');
  expect([...recorder.nodes.keys()]).toEqual(['worker-1']);
});

test('a cluster that tells no version of its list is watched all the same, and listed after each watch', async () => {
  const { cluster, client } = await startLab({ unversioned: true });
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.store.put('nodes', nodeOf('worker-2'));
  await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
  expect(recorder.lists).toBe(1);
  cluster.endWatches();
  await expect.poll(() => recorder.lists).toBe(2);
  expect(recorder.failures).toEqual([]);
});

test('an event without a version is taken in', async () => {
  const { cluster, client } = await startLab();
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.writeToWatches(line('ADDED', metadata('worker-2', { resourceVersion: undefined })));
  await expect.poll(() => [...recorder.nodes.keys()]).toContain('worker-2');
  expect([recorder.failures, recorder.lists]).toEqual([[], 1]);
});
