import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHART, formOf } from '../apps/support/charts.js';
import { uniqueName } from '../support/people.js';
import {
  QUICK_ROLLOUT,
  type World,
  become,
  deploy,
  endAll,
  newApp,
  newClusters,
  ownerOf,
  remove,
  rollBack,
  show,
  startWorld,
  upgrade,
} from './support/world.js';

let world: World;

/** Version 1.0 of an application that has a chart. */
async function newChart(): Promise<string> {
  const appName = uniqueName('chart');
  const { status } = await fetch(`${world.server.url}/v1/app/chart`, {
    method: 'POST',
    headers: { Authorization: world.tenant.admin.token },
    body: formOf({ appName, version: '1.0', chart: CHART }),
  });
  expect(status).toBe(200);
  return appName;
}

beforeAll(async () => {
  world = await startWorld({}, { rolloutPace: { ...QUICK_ROLLOUT, patience: 300, longPatience: 500 } });
});
afterAll(() => world.server.stop());
afterEach(() => endAll(world));

type Clusters = Awaited<ReturnType<typeof newClusters>>['clusters'];

const versionIn = (fake: Clusters[number]['fake'], id: string) =>
  JSON.stringify(fake.workloads.objectsOf(ownerOf(world, id))).match(/nginx:([\d.]+)/)?.[1];
const versions = (clusters: Clusters, id: string) => clusters.map(({ fake }) => versionIn(fake, id));

const STUCK = {
  isReady: false,
  isStuck: true,
  running: 0,
  error: 1,
  problems: ['ImagePullBackOff: no such image'],
};
const WELL = { isReady: true, isStuck: false, error: 0, problems: [] };

function setAll(clusters: Clusters, id: string, state: object): void {
  for (const { fake } of clusters) fake.workloads.setState(ownerOf(world, id), state);
}

async function running(count: number, more: object = {}) {
  const appName = await newApp(world, ['1.0', '1.1', '1.2']);
  const { label, clusters } = await newClusters(world, count);
  const { id } = await deploy(world, { appName, cluster: label, ...more });
  await become(world, id, 'SUCCESS');
  return { id, clusters, label, appName };
}

describe('a staged rollout', () => {
  test('begins with one cluster, goes on in batches, and stops where too many fail', async () => {
    const strategy = { batchSize: 2, maxFailures: 0, pause: 0 };
    const { id, clusters } = await running(4, { strategy });
    const [, second] = clusters;
    second?.fake.workloads.setState(ownerOf(world, id), STUCK);
    await upgrade(world, id, '1.1');
    await expect.poll(async () => (await show(world, id)).version).toBe('1.1');
    const stopped = await become(world, id, 'FAILED');
    expect(versions(clusters, id)).toEqual(['1.1', '1.1', '1.1', '1.0']);
    expect(stopped.targets.nodes.map(({ batch, state }) => [batch, state])).toEqual([
      [0, 'READY'],
      [1, 'FAILED'],
      [1, 'READY'],
      [2, 'WAITING'],
    ]);
    expect(stopped.targets.nodes[1]?.message).toContain('ImagePullBackOff');
    second?.fake.workloads.setState(ownerOf(world, id), WELL);
    await upgrade(world, id, '1.2');
    await expect.poll(() => versions(clusters, id)).toEqual(['1.2', '1.2', '1.2', '1.2']);
    await become(world, id, 'SUCCESS');
  });

  test('that fails at its first cluster is taken back when that was asked, and no other saw it', async () => {
    const strategy = { batchSize: 2, maxFailures: 0, pause: 0 };
    const { id, clusters } = await running(3, { strategy, rollbackOnFailure: true });
    const [first, ...others] = clusters;
    for (const { fake } of others) fake.calls.length = 0;
    first?.fake.workloads.setState(ownerOf(world, id), STUCK, 'nginx:1.1');
    await upgrade(world, id, '1.1');
    await expect.poll(async () => (await show(world, id)).deployType).toBe('ROLLBACK');
    const back = await become(world, id, 'SUCCESS');
    expect(back.version).toBe('1.0');
    expect(versions(clusters, id)).toEqual(['1.0', '1.0', '1.0']);
    expect(back.history.nodes).toEqual([
      { version: '1.0', deployType: 'NEW', outcome: 'SUCCESS' },
      { version: '1.1', deployType: 'UPGRADE', outcome: 'FAILED' },
      { version: '1.0', deployType: 'ROLLBACK', outcome: 'SUCCESS' },
    ]);
  });

  test('pauses between batches', async () => {
    const { id, clusters } = await running(3, { strategy: { batchSize: 1, maxFailures: 0, pause: 0.2 } });
    await upgrade(world, id, '1.1');
    await expect.poll(() => versions(clusters, id)).toEqual(['1.1', '1.1', '1.1']);
    await become(world, id, 'SUCCESS');
  });
});

describe('changes one after another', () => {
  test('an upgrade waits for the one that is under way, and no third is taken', async () => {
    const { id, clusters } = await running(2);
    setAll(clusters, id, { isReady: false, running: 0 });
    await upgrade(world, id, '1.1');
    await become(world, id, 'DEPLOYING');
    expect(await show(world, id)).toMatchObject({ editable: true });
    await upgrade(world, id, '1.2');
    expect(await show(world, id)).toMatchObject({ editable: false, version: '1.1', status: 'DEPLOYING' });
    await expect(upgrade(world, id, '1.0')).rejects.toThrow('CONFLICT');
    setAll(clusters, id, WELL);
    await expect.poll(() => versions(clusters, id)).toEqual(['1.2', '1.2']);
    expect((await become(world, id, 'SUCCESS')).history.nodes.map(({ version }) => version)).toEqual([
      '1.0',
      '1.1',
      '1.2',
    ]);
  });

  test('a rollback and a deletion wait for nobody', async () => {
    const { id, clusters } = await running(2);
    setAll(clusters, id, { isReady: false, running: 0 });
    await upgrade(world, id, '1.1');
    await become(world, id, 'DEPLOYING');
    await rollBack(world, id, '1.0');
    await expect.poll(() => versions(clusters, id)).toEqual(['1.0', '1.0']);
    await remove(world, id);
    await become(world, id, 'DELETED');
    expect(versions(clusters, id)).toEqual([undefined, undefined]);
  });
});

describe('clusters that hang', () => {
  test('do not hold up the others, and are reached when they answer', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 26);
    const hanging = clusters.slice(0, 22);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const { fake } of hanging) fake.held = promise;
    const { id } = await deploy(world, { appName, cluster: label });
    const partial = await become(world, id, 'PARTIAL_SUCCESS');
    expect(partial.running).toBe(8);
    resolve();
    const done = await become(world, id, 'SUCCESS');
    expect(done.running).toBe(52);
    await remove(world, id);
    await become(world, id, 'DELETED');
  });
});

describe('a chart', () => {
  test('is given the time that its installation takes, and is not installed twice', async () => {
    const appName = await newChart();
    const slow = await newClusters(world, 1);
    const away = await newClusters(world, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const { fake } of [...slow.clusters, ...away.clusters]) fake.held = promise;
    const { id } = await deploy(world, { appName, cluster: slow.label });
    const applied = () => slow.clusters[0]?.fake.calls.filter((call) => /^apply .*\d$/.test(call));
    await expect.poll(applied).toHaveLength(1);
    // By then what is no chart was given up more than once.
    const other = await deploy(world, { appName: await newApp(world), cluster: away.label });
    const tries = async () => (await show(world, other.id)).targets.nodes[0]?.attempts;
    await expect.poll(tries, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(applied()).toHaveLength(1);
    resolve();
    await become(world, id, 'SUCCESS');
    expect(applied()).toHaveLength(1);
  });
});
