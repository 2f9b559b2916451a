import { describe, expect, test } from 'vitest';
import { eventOf, nodeOf, podOf } from '../../support/kubernetes/objects.js';
import { line } from '../../support/kubernetes/server.js';
import { open, startLab, watch } from './lab.js';

const MEBIBYTE = 2 ** 20;
/** A list of many megabytes takes its time on a busy machine. */
const PATIENT = { patience: 20_000, call: 30_000, list: 30_000, answer: 30_000, probe: 30_000 };

const nodeWith = (name: string, bytes: number) => nodeOf(name, { labels: { large: 'x'.repeat(bytes) } });
const startPatientLab = async () => startLab({}, PATIENT);

describe('in a list', () => {
  test('a node above 4 MiB hides itself alone, and is named', async () => {
    const { cluster, client } = await startPatientLab();
    cluster.store.put('nodes', nodeWith('huge', 5 * MEBIBYTE));
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
