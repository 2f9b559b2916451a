import { describe, expect, test } from 'vitest';
import { eventOf, nodeOf, podOf } from '../../support/kubernetes/objects.js';
import { line } from '../../support/kubernetes/server.js';
import { open, startLab, watch } from './lab.js';
import type { FakeOptions } from '../../support/kubernetes/server.js';

const MEBIBYTE = 2 ** 20;
/** A list of many megabytes takes its time on a busy machine. */
const PATIENT = { patience: 20_000, call: 30_000, list: 30_000, answer: 30_000, probe: 30_000 };

const nodeWith = (name: string, bytes: number) => nodeOf(name, { labels: { large: 'x'.repeat(bytes) } });
const startPatientLab = async (options?: FakeOptions) => startLab(options, PATIENT);

describe('in a list', () => {
  test('nodes that are too large for one page come on smaller ones', async () => {
    const { cluster, client } = await startPatientLab();
    const names = Array.from({ length: 24 }, (_, index) => `large-${index}`);
    for (const name of names) cluster.store.put('nodes', nodeWith(name, 3 * MEBIBYTE));
    const recorder = watch(client);
    await expect.poll(() => recorder.lists).toBe(1);
    expect([...recorder.nodes.keys()].toSorted()).toEqual(['worker-1', ...names].toSorted());
    expect(recorder.failures).toEqual([]);
    const limits = cluster.requests
      .filter((request) => request.startsWith('GET /api/v1/nodes?'))
      .map((request) => Number(/limit=(\d+)/.exec(request)?.[1]))
      .filter((limit) => limit > 1);
    expect(limits[0]).toBe(500);
    expect(limits.length).toBeLessThan(8);
  });

  test.each([
    ['above 4 MiB', 5 * MEBIBYTE],
    ['larger than a whole page may be', 70 * MEBIBYTE],
  ])('a node %s hides itself alone, and is named', async (_what, bytes) => {
    const { cluster, client } = await startPatientLab();
    cluster.store.put('nodes', nodeWith('huge', bytes));
    cluster.store.put('nodes', nodeOf('worker-2'));
    const recorder = watch(client);
    await expect.poll(() => recorder.lists).toBe(1);
    expect([...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
    await expect.poll(() => recorder.remaining).toContain('has a node that is passed over');
    expect(recorder.remaining).toContain('"huge" (more than 4194304 bytes)');
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.store.put('nodes', nodeOf('huge'));
    await expect.poll(() => [...recorder.nodes.keys()]).toContain('huge');
    cluster.bookmark();
    await expect.poll(() => recorder.remaining).toBeUndefined();
    expect(recorder.lists).toBe(1);
  });

  test.each([null, 1, 'text', [], [{}]])('an item that is %j is counted', async (item) => {
    const { cluster, client } = await startLab();
    cluster.intersperse(item);
    cluster.store.put('nodes', nodeOf('worker-2'));
    const recorder = watch(client);
    await expect.poll(() => recorder.remaining).toContain('has a node that is passed over');
    expect([...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
    expect(recorder.remaining).toContain('without a name');
  });

  test('a cluster that sends all at once, whatever is asked for, is read as far as one page goes', async () => {
    const { cluster, client } = await startPatientLab({ unpaged: true });
    for (let index = 0; index < 24; index += 1)
      cluster.store.put('nodes', nodeWith(`large-${index}`, 3 * MEBIBYTE));
    const recorder = watch(client);
    await expect
      .poll(() => recorder.failures[0]?.message)
      .toContain('answered with more than 67108864 bytes');
    expect(recorder.nodes.size).toBe(0);
  });

  test('the labels of all nodes together have a bound, within which every node has some', async () => {
    const { cluster, client } = await startPatientLab();
    const filler = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`${index}`.padStart(290, 'k'), 'v'.repeat(60)]),
    );
    const labels = { ...filler, 'label.isthmus.io/edge': 'true' };
    for (let index = 0; index < 1_200; index += 1)
      cluster.store.put('nodes', nodeOf(`node-${index}`, { labels }));
    cluster.store.put('nodes', nodeOf('zz-last'));
    const recorder = watch(client);
    await expect.poll(() => recorder.nodes.size).toBe(1_202);
    let length = 0;
    for (const node of recorder.nodes.values()) {
      if (node.name.startsWith('node-')) expect(node.ownLabels).toEqual(['edge']);
      for (const [key, value] of Object.entries(node.labels)) length += key.length + value.length;
    }
    expect(length).toBeGreaterThan(30_000_000);
    expect(length).toBeLessThan(33_554_432 + 1_202 * 1_024);
    expect(recorder.nodes.get('zz-last')?.labels).toEqual(nodeOf('zz-last').metadata.labels);
  });
});

describe('in a watch', () => {
  test('a node that comes to be too large is hidden, and the watch goes on', async () => {
    const { cluster, client } = await startPatientLab();
    cluster.store.put('nodes', nodeOf('huge'));
    const recorder = watch(client);
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.store.put('nodes', nodeWith('huge', 5 * MEBIBYTE));
    await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1']);
    expect(recorder.failures.at(-1)?.message).toContain('"huge" (more than 4194304 bytes)');
    cluster.store.put('nodes', nodeOf('worker-2'));
    await expect.poll(() => [...recorder.nodes.keys()]).toContain('worker-2');
    cluster.store.remove('nodes', 'huge');
    await expect.poll(() => recorder.changes.at(-1)).toEqual({ kind: 'gone', name: 'huge' });
    cluster.bookmark();
    await expect.poll(() => recorder.remaining).toBeUndefined();
    expect(recorder.lists).toBe(1);
  });

  test('an event that is too large and of nobody known makes the list come again', async () => {
    const { cluster, client } = await startPatientLab();
    const recorder = watch(client);
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.writeToWatches(line('MODIFIED', { metadata: { labels: { a: 'x'.repeat(5 * MEBIBYTE) } } }));
    await expect.poll(() => recorder.lists).toBe(2);
    expect(recorder.failures.map(({ message }) => message).join()).toContain(
      'sent a watch event of more than 4194304 bytes',
    );
  });

  test('a line without an end ends the watch', async () => {
    const { cluster, client } = await startPatientLab();
    const recorder = watch(client);
    await expect.poll(() => cluster.watches.size).toBe(1);
    const [beginning = ''] = line('ADDED', nodeWith('endless', 70 * MEBIBYTE)).split('\n');
    cluster.writeToWatches(beginning);
    await expect.poll(() => recorder.lists).toBe(2);
    expect(recorder.failures.map(({ message }) => message).join()).toContain('a line of more than');
  });
});

test('an event that is none hides itself alone', async () => {
  const { cluster, client, signal } = await startPatientLab();
  cluster.store.put('events', eventOf('plain', {}));
  cluster.store.put('events', eventOf('huge', { large: 'x'.repeat(5 * MEBIBYTE) }));
  cluster.intersperse(null);
  expect(await client.listEvents('all', 5, signal)).toMatchObject([{ message: 'plain' }]);
});

test('what pods request is not told when one cannot be read', async () => {
  const { cluster, signal } = await startPatientLab();
  cluster.store.put('pods', podOf('huge', 'Running', { containers: [], large: 'x'.repeat(5 * MEBIBYTE) }));
  const client = await open(cluster.kubeconfig(), PATIENT);
  await expect(client.requested(signal)).rejects.toThrow('does not answer as a Kubernetes API server');
});
