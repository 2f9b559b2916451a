import { expect, test } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import { useServer } from '../support/useServer.js';
import {
  QUICK_ROLLOUT,
  become,
  deploy,
  newApp,
  newClusters,
  ownerOf,
  show,
  startWorld,
} from './support/world.js';

const MOST_PODS = 2 ** 31 - 1;

/** Names that JSON can bear and PostgreSQL cannot. */
const UNSTORABLE = { 'a\0b': 'x', 'a\uD800b': 'y' };

const world = useServer(async () => {
  const started = await startWorld({}, { rolloutPace: { ...QUICK_ROLLOUT, check: 100 } });
  return { ...started, stop: () => started.server.stop() };
});

test('a cluster that tells of more pods than can be counted keeps nothing from becoming ready elsewhere', async () => {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, 3);
  const { id } = await deploy(world, { appName, cluster: label });
  for (const { fake } of clusters.slice(0, 2))
    fake.workloads.setState(ownerOf(world, id), { running: MOST_PODS, error: MOST_PODS, total: MOST_PODS });
  await expect
    .poll(async () => {
      const { status, running, error, total } = await show(world, id);
      return { status, running, error, total };
    }, PATIENCE)
    .toEqual({ status: 'SUCCESS', running: MOST_PODS, error: MOST_PODS, total: MOST_PODS });
}, 60_000);

test('what somebody has changed is told, and put right, whatever names it has', async () => {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, 2);
  const { id } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  for (const { fake } of clusters) {
    const [object] = fake.workloads.objectsOf(ownerOf(world, id));
    Object.assign(object?.metadata ?? {}, { labels: UNSTORABLE });
  }
  const drifted = async () =>
    (await show(world, id)).targets.nodes.map(({ driftedAt }) => driftedAt !== null);
  await expect.poll(drifted, PATIENCE).toEqual([true, true]);
}, 60_000);
