import { expect, onTestFinished, test } from 'vitest';
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

/** One more than the calls that rollouts make at once. */
const HANGING = 21;

/** Nobody waits as long as this for a call, so that clusters that hang would keep their places. */
const LONG = 300_000;

const world = useServer(async () => {
  const started = await startWorld(
    {},
    {
      rolloutPace: {
        ...QUICK_ROLLOUT,
        firstPatience: 300,
        firstRetry: 2000,
        lastRetry: 5000,
        patience: LONG,
        longPatience: LONG,
      },
    },
  );
  return { ...started, stop: () => started.server.stop() };
});

test('more clusters that do not answer than there are places for keep no other from what it shall run', async () => {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, HANGING + 1);
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  for (const { fake } of clusters.slice(0, HANGING)) fake.reached = promise;
  const { id } = await deploy(world, { appName, cluster: label });
  const { targets } = await become(world, id, 'PARTIAL_SUCCESS');
  const states = new Map(targets.nodes.map(({ clusterId, state }) => [Number(clusterId), state]));
  expect(clusters.map((cluster) => states.get(cluster.id))).toEqual([
    ...Array<string>(HANGING).fill('UNREACHABLE'),
    'READY',
  ]);
  resolve();
  await become(world, id, 'SUCCESS');
}, 180_000);

test('more clusters than there are places that begin to hang at once keep no other from being seen to be ready', async () => {
  const appName = await newApp(world, ['1.0'], { image: 'bad:1.0' });
  const { label, clusters } = await newClusters(world, HANGING + 1);
  const { id } = await deploy(world, { appName, cluster: label });
  const states = async () => {
    const { targets } = await show(world, id);
    const byId = new Map(targets.nodes.map(({ clusterId, state }) => [Number(clusterId), state]));
    return clusters.map((cluster) => byId.get(cluster.id));
  };
  await expect.poll(states, PATIENCE).toEqual(clusters.map(() => 'DEPLOYING'));
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  for (const { fake } of clusters.slice(0, HANGING)) fake.reached = promise;
  const makeReady = (some: typeof clusters) => {
    for (const { fake } of some)
      fake.workloads.setState(ownerOf(world, id), { isReady: true, error: 0, problems: [] });
  };
  makeReady(clusters.slice(HANGING));
  await expect.poll(async () => (await states()).at(-1), { timeout: 60_000 }).toBe('READY');
  makeReady(clusters.slice(0, HANGING));
  resolve();
  await become(world, id, 'SUCCESS');
}, 180_000);

test('a target says in one word why nothing runs there, and nothing when all does', async () => {
  const appName = await newApp(world, ['1.0'], { image: 'bad:1.0' });
  const { label, clusters } = await newClusters(world, 2);
  clusters[1]?.fake.setSilent(true);
  const { id } = await deploy(world, { appName, cluster: label });
  const problems = async () => (await show(world, id)).targets.nodes.map(({ problem }) => problem);
  await expect.poll(problems, PATIENCE).toEqual(['IMAGE_NOT_PULLED', 'UNREACHABLE']);
  clusters[0]?.fake.workloads.setState(ownerOf(world, id), { isReady: true, error: 0, problems: [] });
  clusters[1]?.fake.workloads.setState(ownerOf(world, id), { isReady: true, error: 0, problems: [] });
  clusters[1]?.fake.setSilent(false);
  await become(world, id, 'SUCCESS');
  expect(await problems()).toEqual([null, null]);
});
