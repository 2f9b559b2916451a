import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../edge/support/world.js';
import { PATIENCE } from '../support/patience.js';
import { ote, uniqueName } from '../support/people.js';
import {
  QUICK_ROLLOUT,
  type World,
  become,
  deploy,
  endAll,
  labelClusters,
  newApp,
  newClusters,
  ownerOf,
  remove,
  show,
  startWorld,
  upgrade,
} from './support/world.js';

let world: World;
beforeAll(async () => {
  // The looks at what runs come soon.
  world = await startWorld(
    {},
    { rolloutPace: { ...QUICK_ROLLOUT, check: 300, patience: 300, longPatience: 500 } },
  );
});
afterAll(() => world.server.stop());
afterEach(() => endAll(world));

type Clusters = Awaited<ReturnType<typeof newClusters>>['clusters'];

const versionIn = (fake: Clusters[number]['fake'], id: string) =>
  JSON.stringify(fake.workloads.objectsOf(ownerOf(world, id))).match(/nginx:([\d.]+)/)?.[1];

const WELL = { isReady: true, isStuck: false, error: 0, problems: [] };

async function running(count: number, more: object = {}) {
  const appName = await newApp(world, ['1.0', '1.1', '1.2']);
  const { label, clusters } = await newClusters(world, count);
  const { id } = await deploy(world, { appName, cluster: label, ...more });
  await become(world, id, 'SUCCESS');
  return { id, clusters, label, appName };
}

describe('what happens to a deployment afterwards', () => {
  test('an object that somebody changes or deletes is put right, and it is told', async () => {
    const { id, clusters } = await running(1);
    const objects = clusters[0]?.fake.workloads.objects;
    const key = `ns${world.tenant.id}/${id}`;
    objects?.set(
      key,
      structuredClone(objects.get(key) ?? []).map((object) => ({ ...object, spec: { replicas: 7 } })),
    );
    await expect.poll(() => clusters[0] && versionIn(clusters[0].fake, id)).toBe('1.0');
    await expect.poll(async () => (await show(world, id)).targets.nodes[0]?.driftedAt).not.toBeNull();
    objects?.delete(key);
    await expect.poll(() => clusters[0] && versionIn(clusters[0].fake, id)).toBe('1.0');
  });

  test('it is only reported where that was asked', async () => {
    const { id, clusters } = await running(1, { drift: 'REPORT_ONLY' });
    const objects = clusters[0]?.fake.workloads.objects;
    const key = `ns${world.tenant.id}/${id}`;
    const right = structuredClone(objects?.get(key) ?? []);
    objects?.set(
      key,
      structuredClone(right).map((object) => ({ ...object, spec: { replicas: 7 } })),
    );
    const drift = async () => (await show(world, id)).targets.nodes[0]?.drift;
    await expect.poll(drift).toEqual([{ kind: 'Deployment', change: 'CHANGED' }]);
    expect(clusters[0] && versionIn(clusters[0].fake, id)).toBeUndefined();
    objects?.set(key, right);
    await expect.poll(drift).toBeNull();
  });

  test('pods that begin to crash make it fail, until they run again', async () => {
    const { id, clusters } = await running(2);
    const [first] = clusters;
    const crash = { isReady: false, error: 1, running: 1, problems: ['CrashLoopBackOff: exit code 1'] };
    first?.fake.workloads.setState(ownerOf(world, id), crash);
    const failing = await become(world, id, 'PARTIAL_SUCCESS');
    expect(failing).toMatchObject({ running: 3, error: 1, total: 4 });
    expect(failing.targets.nodes[0]).toMatchObject({
      state: 'FAILED',
      message: 'CrashLoopBackOff: exit code 1',
    });
    first?.fake.workloads.setState(ownerOf(world, id), WELL);
    await become(world, id, 'SUCCESS');
  });

  test('a cluster that is chosen again while it is being removed from is told anew', async () => {
    const { id, clusters, label } = await running(1, { drift: 'REPORT_ONLY' });
    const [cluster] = clusters;
    const name = cluster?.name ?? '';
    const key = `ns${world.tenant.id}/${id}`;
    cluster?.fake.refused.add(key);
    await labelClusters(world.server, 'DELETE', label, name);
    await expect.poll(async () => (await show(world, id)).targets.nodes[0]?.message).toContain('forbids');
    // As by a removal that did not come to its end.
    cluster?.fake.workloads.objects.delete(key);
    cluster?.fake.refused.delete(key);
    await labelClusters(world.server, 'POST', label, name);
    await become(world, id, 'SUCCESS');
    expect(cluster && versionIn(cluster.fake, id)).toBe('1.0');
  });

  test('what runs goes on without the external repository that it came from, and nothing new is made of it', async () => {
    const { server, tenant } = world;
    const repositoryId = uniqueName('repo');
    const account = {
      repositoryId,
      address: 'registry.example.org',
      user: 'puller',
      password: 'Pull-Pass-1',
    };
    expect((await ote(server, 'POST', '/repository/third', tenant.admin.token, account)).status).toBe(200);
    const appName = await newApp(world, ['1.0', '1.1'], { repositoryId });
    const { label, clusters } = await newClusters(world, 1);
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    const [cluster] = clusters;
    const objects = () => structuredClone(cluster?.fake.workloads.objectsOf(ownerOf(world, id)));
    const before = objects();
    const gone = { repositoryId: [repositoryId] };
    expect((await ote(server, 'DELETE', '/repository/third', tenant.admin.token, gone)).status).toBe(200);
    const looks = () => cluster?.fake.calls.filter((call) => call.startsWith('stateOf')).length ?? 0;
    const seen = looks();
    await expect.poll(looks).toBeGreaterThan(seen + 2);
    expect(objects()).toEqual(before);
    expect(await show(world, id)).toMatchObject({ status: 'SUCCESS', targets: { nodes: [{ drift: null }] } });

    await upgrade(world, id, '1.1');
    const failed = await become(world, id, 'FAILED');
    expect(failed.targets.nodes[0]?.message).toContain(repositoryId);
    expect(objects()).toEqual(before);
  });

  test('a cluster with a deployment cannot be deleted, which names it, and can when nothing shall be there', async () => {
    const { id, clusters } = await running(1);
    const [cluster] = clusters;
    const drop = async () =>
      ask(
        world.server,
        'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id } } }',
        {
          input: { id: cluster?.id },
        },
      );
    const { deployName } = await show(world, id);
    const [refused] = (await drop()).errors;
    expect(refused?.extensions.code).toBe('CONFLICT');
    expect(refused?.message).toContain(deployName);
    cluster?.fake.setSilent(true);
    await remove(world, id);
    await become(world, id, 'PARTIAL_SUCCESS');
    expect((await drop()).errors).toEqual([]);
    await become(world, id, 'DELETED');
  });

  test('nodes that lose the label are left where that is asked, once the label is gone in the cluster too', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 1);
    const [cluster] = clusters;
    if (!cluster) throw new Error('a cluster is needed');
    const { nodeState } = await import('../support/clusters.js');
    for (const name of ['n1', 'n2']) cluster.fake.setNode(nodeState(name));
    const { server } = world;
    const labelling = { nodeLabel: 'ssd', clusterName: cluster.name, nodeName: ['n1', 'n2'] };
    await expect
      .poll(async () => (await ote(server, 'POST', '/node/label', server.token, labelling)).status)
      .toBe(200);
    const { id } = await deploy(world, { appName, cluster: label, nodeLabel: 'ssd' });
    const other = await deploy(world, { appName, cluster: label });
    const kept = await deploy(world, { appName, cluster: label, nodeLabel: 'ssd' });
    for (const each of [id, other.id, kept.id]) await become(world, each, 'SUCCESS');
    const last = await deploy(world, { appName, cluster: label, nodeLabel: 'ssd' });
    await become(world, last.id, 'SUCCESS');
    const keptKey = `ns${world.tenant.id}/${kept.id}`;
    cluster.fake.refused.add(keptKey);
    cluster.fake.setSilent(true);
    const taken = { ...labelling, nodeName: ['n1'], deleteDeploy: true };
    expect((await ote(server, 'DELETE', '/node/label', server.token, taken)).status).toBe(200);
    cluster.fake.calls.length = 0;
    cluster.fake.setSilent(false);
    const wanted = `removePods ns${world.tenant.id}/${id} n1`;
    await expect.poll(() => cluster.fake.calls, { timeout: 20_000 }).toContain(wanted);
    const { calls } = cluster.fake;
    // What is refused holds nothing else up.
    await expect.poll(() => calls).toContain(`removePods ns${world.tenant.id}/${last.id} n1`);
    cluster.fake.refused.delete(keptKey);
    expect(calls.indexOf(wanted)).toBeGreaterThan(
      calls.findIndex((call) => call.startsWith('setNodeLabels n1')),
    );
    expect(calls.filter((call) => call.startsWith(`removePods ns${world.tenant.id}/${other.id}`))).toEqual(
      [],
    );
    const left = async () => (await server.database.query('select * from label_evictions')).rows;
    await expect.poll(left).toEqual([]);

    // What is asked anew while it is being done is done anew.
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.fake.held = promise;
    const again = { ...taken, nodeName: ['n2'] };
    const times = () => calls.filter((call) => call === `removePods ns${world.tenant.id}/${id} n2`).length;
    expect((await ote(server, 'DELETE', '/node/label', server.token, again)).status).toBe(200);
    await expect.poll(times, PATIENCE).toBe(1);
    const put = { ...labelling, nodeName: ['n2'] };
    expect((await ote(server, 'POST', '/node/label', server.token, put)).status).toBe(200);
    expect((await ote(server, 'DELETE', '/node/label', server.token, again)).status).toBe(200);
    resolve();
    await expect.poll(times, PATIENCE).toBe(2);
    await expect.poll(left).toEqual([]);
  });
});
