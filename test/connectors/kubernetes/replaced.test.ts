import { expect, test } from 'vitest';
import { namespaceOf, nodeOf } from '../../support/kubernetes/objects.js';
import type { FakeApiServer } from '../../support/kubernetes/server.js';
import { open, startLab, watch } from './lab.js';

/** Another cluster stands at the address, which goes on counting where this one was. */
function replace(cluster: FakeApiServer): void {
  cluster.store.put('namespaces', namespaceOf('kube-system'));
  cluster.store.put('nodes', nodeOf('stranger'));
}

async function watching(pace = {}) {
  const { cluster, signal } = await startLab();
  const { uid } = await (await open(cluster.kubeconfig())).preflight(signal);
  return { cluster, start: async () => watch(await open(cluster.kubeconfig(), pace, uid)) };
}

const ANOTHER = 'is another cluster than the one that was registered';

test.each(['endWatches', 'resetWatches'] as const)(
  'the nodes of a cluster that took the place of a watched one are not taken in after %s',
  async (end) => {
    const { cluster, start } = await watching();
    const recorder = await start();
    await expect.poll(() => cluster.watches.size).toBe(1);
    cluster.silenceWatches();
    replace(cluster);
    cluster[end]();
    await expect.poll(() => recorder.failures.at(-1)?.message).toContain(ANOTHER);
    const alive = recorder.timesAlive;
    const failures = recorder.failures.length;
    await expect.poll(() => recorder.failures.length).toBeGreaterThan(failures + 2);
    expect(recorder.failures.every(({ message }) => message.includes(ANOTHER))).toBe(true);
    expect([[...recorder.nodes.keys()], recorder.timesAlive]).toEqual([['worker-1'], alive]);
  },
);

test('a watch that stays silent does not hide that another cluster stands there', async () => {
  const { cluster, start } = await watching({ silence: 20 });
  const recorder = await start();
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.silenceWatches();
  replace(cluster);
  await expect.poll(() => recorder.failures.at(-1)?.message).toContain(ANOTHER);
  expect([...recorder.nodes.keys()]).toEqual(['worker-1']);
});

test('a cluster that is replaced while it is listed is not taken in', async () => {
  const { cluster, start } = await watching();
  cluster.onRequest = (request) => {
    if (request.includes('limit=500')) replace(cluster);
  };
  const recorder = await start();
  await expect.poll(() => recorder.failures.at(-1)?.message).toContain(ANOTHER);
  expect(recorder.changes).toEqual([]);
});
