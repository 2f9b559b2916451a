import { expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { FakeCluster } from '../../support/kubernetes/server.js';
import { HASTY, watch } from './lab.js';
import { Recorder } from './recorder.js';

const CLUSTERS = 9;

/** Clusters of one connector, as a server has them. */
async function startMany(count: number) {
  const connector = createKubernetesConnector(new AddressPolicy([]), {
    pace: { ...HASTY, patience: 60_000, call: 60_000 },
  });
  const clusters = await Promise.all(Array.from({ length: count }, () => FakeCluster.start()));
  return clusters.map((cluster) => {
    cluster.store.put('nodes', nodeOf('worker-1'));
    const client = connector.open(cluster.kubeconfig());
    onTestFinished(async () => {
      client.close();
      await cluster.close();
    });
    return { cluster, client };
  });
}

test('clusters that do not answer keep no other from being listed', async () => {
  const many = await startMany(CLUSTERS);
  for (const { cluster } of many.slice(1)) cluster.break('hang');
  const recorders = many.toReversed().map(({ client }) => watch(client));
  await expect.poll(() => recorders.at(-1)?.lists).toBe(1);
  expect(recorders.slice(0, -1).map(({ lists }) => lists)).toEqual(Array<number>(CLUSTERS - 1).fill(0));
});

test('a few lists at a time are taken in', async () => {
  const many = await startMany(CLUSTERS);
  const taken = Promise.withResolvers<void>();
  let begun = 0;
  const signal = new AbortController();
  onTestFinished(() => signal.abort());
  for (const { client } of many) {
    const recorder = new Recorder();
    const changed = async () => {
      begun += 1;
      await taken.promise;
    };
    void client.watchNodes({ ...recorder, changed }, signal.signal);
  }
  const probed = () =>
    many.filter(({ cluster }) => cluster.requests.some((each) => each.endsWith('limit=1')));
  await expect.poll(() => probed().length).toBe(CLUSTERS);
  await expect.poll(() => begun).toBe(4);
  expect(
    many.filter(({ cluster }) => cluster.requests.some((each) => each.includes('limit=500'))),
  ).toHaveLength(4);
  taken.resolve();
  await expect.poll(() => begun).toBe(CLUSTERS);
});
