import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { METADATA, chartOf, formOf } from '../apps/support/charts.js';
import { PATIENCE } from '../support/patience.js';
import { ote, uniqueName } from '../support/people.js';
import {
  QUICK_ROLLOUT,
  type World,
  become,
  deploy,
  newClusters,
  ownerOf,
  remove,
  rollBack,
  show,
  startWorld,
  upgrade,
} from './support/world.js';

let world: World;
beforeAll(async () => {
  // Nobody waits as long as a chart may take.
  const rolloutPace = { ...QUICK_ROLLOUT, longPatience: 2000, chartPatience: 300_000 };
  world = await startWorld({}, { rolloutPace });
});
afterAll(() => world.server.stop());

const chart = (values: string) => chartOf(METADATA, { path: 'hello/values.yaml', content: values });

/** Makes a version of the application, of a chart with these values. */
async function upload(appName: string, version: string, values: string): Promise<void> {
  const { status } = await fetch(`${world.server.url}/v1/app/chart`, {
    method: 'POST',
    headers: { Authorization: world.tenant.admin.token },
    body: formOf({ appName, version, chart: chart(values) }),
  });
  expect(status).toBe(200);
}

async function deleteVersion(appName: string, version: string): Promise<void> {
  const { rows } = await world.server.database.query(
    `select id from apps where name = '${appName}' and version = '${version}'`,
  );
  const appId = rows.map(({ id }) => id);
  const answer = await ote(world.server, 'DELETE', '/app', world.tenant.admin.token, { appId });
  expect(answer).toMatchObject({ code: 200 });
}

const charts = async () => (await world.server.database.query('select * from charts')).rows.length;

test('a rollback installs the chart that ran, though its application is gone or has another one', async () => {
  const appName = uniqueName('chart');
  await upload(appName, '1.0', 'from: the first');
  await upload(appName, '1.1', 'from: the second');
  const { label, clusters } = await newClusters(world, 1);
  const installed = (id: string) => JSON.stringify(clusters[0]?.fake.workloads.objectsOf(ownerOf(world, id)));
  const { id } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  await upgrade(world, id, '1.1');
  await become(world, id, 'SUCCESS');
  expect(installed(id)).toContain(chart('from: the second').toString('base64'));

  await deleteVersion(appName, '1.0');
  await upload(appName, '1.0', 'from: somebody else');
  await rollBack(world, id, '1.0');
  expect(await become(world, id, 'SUCCESS')).toMatchObject({ version: '1.0' });
  expect(installed(id)).toContain(chart('from: the first').toString('base64'));

  await deleteVersion(appName, '1.1');
  expect(await charts()).toBe(3);
  await remove(world, id);
  await become(world, id, 'DELETED');
  // That of the application which is there.
  expect(await charts()).toBe(1);
  await deleteVersion(appName, '1.0');
  expect(await charts()).toBe(0);
});

test('a chart that waits for its turn keeps nobody from waiting for its success', async () => {
  const appName = uniqueName('chart');
  await upload(appName, '1.0', 'from: the first');
  const { label, clusters } = await newClusters(world, 8);
  const installing = Promise.withResolvers<void>();
  for (const { fake } of clusters) fake.held = installing.promise;
  const { id } = await deploy(world, { appName, cluster: label });
  const applying = () => clusters.filter(({ fake }) => fake.calls.some((call) => call.startsWith('apply')));
  await expect.poll(() => applying().length).toBe(5);
  const stands = async () => {
    const { status, targets } = await show(world, id);
    return [status, ...targets.nodes.map(({ state, attempts }) => `${state} ${attempts}`)];
  };
  for (let look = 0; look < 5; look += 1)
    expect(await stands()).toEqual(['PROCESSING', ...clusters.map(() => 'APPLYING 0')]);
  installing.resolve();
  await become(world, id, 'SUCCESS');
});

test('clusters that hang while they install a chart keep no other from installing it', async () => {
  const appName = uniqueName('chart');
  await upload(appName, '1.0', 'from: the first');
  const { label, clusters } = await newClusters(world, 6);
  const back = Promise.withResolvers<void>();
  onTestFinished(() => back.resolve());
  for (const { fake } of clusters) fake.held = back.promise;
  const { id } = await deploy(world, { appName, cluster: label });
  const isApplying = ({ fake }: (typeof clusters)[number]) =>
    fake.calls.some((call) => call.startsWith('apply'));
  await expect.poll(() => clusters.filter(isApplying).length).toBe(5);
  const last = clusters.find((cluster) => !isApplying(cluster));
  for (const { fake } of clusters.filter(isApplying)) fake.reached = back.promise;
  if (last) last.fake.held = Promise.resolve();
  const states = async () => {
    const { targets } = await show(world, id);
    return targets.nodes.map(({ clusterId, state }) => [clusterId === String(last?.id), state]);
  };
  await expect.poll(states, PATIENCE).toContainEqual([true, 'READY']);
  await expect.poll(states, PATIENCE).toContainEqual([false, 'UNREACHABLE']);
  back.resolve();
  await become(world, id, 'SUCCESS');
});
