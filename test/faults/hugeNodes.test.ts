import { expect, test } from 'vitest';
import { startLab, watch } from '../connectors/kubernetes/lab.js';
import { nodeOf } from '../support/kubernetes/objects.js';
import { type FakeOptions, line } from '../support/kubernetes/server.js';

const MEBIBYTE = 2 ** 20;
/** A list of many megabytes takes its time on a busy machine. */
const PATIENT = { patience: 60_000, call: 120_000, list: 120_000, probe: 60_000 };
const LONG = { timeout: 120_000 };

const nodeWith = (name: string, bytes: number) => nodeOf(name, { labels: { large: 'x'.repeat(bytes) } });
const startPatientLab = async (options?: FakeOptions) => startLab(options, PATIENT);

test('nodes that are too large for one page come on smaller ones', async () => {
  const { cluster, client } = await startPatientLab();
  const names = Array.from({ length: 24 }, (_, index) => `large-${index}`);
  for (const name of names) cluster.store.put('nodes', nodeWith(name, 3 * MEBIBYTE));
  const recorder = watch(client);
  await expect.poll(() => recorder.lists, LONG).toBe(1);
  expect([...recorder.nodes.keys()].toSorted()).toEqual(['worker-1', ...names].toSorted());
  expect(recorder.failures).toEqual([]);
  const limits = cluster.requests
    .filter((request) => request.startsWith('GET /api/v1/nodes?'))
    .map((request) => Number(/limit=(\d+)/.exec(request)?.[1]))
    .filter((limit) => limit > 1);
  expect(limits[0]).toBe(500);
  expect(limits.length).toBeLessThan(8);
});

test('a node that is larger than a whole page may be hides itself alone, and is named', async () => {
  const { cluster, client } = await startPatientLab();
  cluster.store.put('nodes', nodeWith('huge', 70 * MEBIBYTE));
  cluster.store.put('nodes', nodeOf('worker-2'));
  const recorder = watch(client);
  await expect.poll(() => recorder.lists, LONG).toBe(1);
  expect([...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
  await expect.poll(() => recorder.remaining, LONG).toContain('"huge" (more than 4194304 bytes)');
});

test('a cluster that sends all at once, whatever is asked for, is read as far as one page goes', async () => {
  const { cluster, client } = await startPatientLab({ unpaged: true });
  for (let index = 0; index < 24; index += 1)
    cluster.store.put('nodes', nodeWith(`large-${index}`, 3 * MEBIBYTE));
  const recorder = watch(client);
  await expect
    .poll(() => recorder.failures[0]?.message, LONG)
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
  await expect.poll(() => recorder.nodes.size, LONG).toBe(1_202);
  let length = 0;
  for (const node of recorder.nodes.values()) {
    if (node.name.startsWith('node-')) expect(node.ownLabels).toEqual(['edge']);
    for (const [key, value] of Object.entries(node.labels)) length += key.length + value.length;
  }
  expect(length).toBeGreaterThan(30_000_000);
  expect(length).toBeLessThan(33_554_432 + 1_202 * 1_024);
  expect(recorder.nodes.get('zz-last')?.labels).toEqual(nodeOf('zz-last').metadata.labels);
});

test('a line without an end ends the watch', async () => {
  const { cluster, client } = await startPatientLab();
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size, LONG).toBe(1);
  const [beginning = ''] = line('ADDED', nodeWith('endless', 70 * MEBIBYTE)).split('\n');
  cluster.writeToWatches(beginning);
  await expect.poll(() => recorder.lists, LONG).toBe(2);
  expect(recorder.failures.map(({ message }) => message).join()).toContain('a line of more than');
});
