import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import { uniqueName } from '../support/people.js';
import {
  type World,
  audit,
  become,
  deploy,
  endAll,
  labelClusters,
  newApp,
  newClusters,
  ownerOf,
  remove,
  request,
  rollBack,
  show,
  startWorld,
  upgrade,
} from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.server.stop());
afterEach(() => endAll(world));

const imageIn = (fake: Awaited<ReturnType<typeof newClusters>>['clusters'][number]['fake'], id: string) =>
  JSON.stringify(fake.workloads.objectsOf(ownerOf(world, id))).match(/nginx:[\d.]+/)?.[0];

describe('a deployment', () => {
  test('waits for its audit, reaches every cluster that it chooses and no other, and is upgraded, rolled back and deleted', async () => {
    const appName = await newApp(world, ['1.0', '1.1']);
    const { label, clusters } = await newClusters(world, 2);
    const other = await newClusters(world, 1);
    const made = await request(world, {
      deployName: uniqueName('dep'),
      appName,
      version: '1.0',
      cluster: label,
    });
    expect(made).toMatchObject({ status: 'PENDING', deployType: 'NEW', editable: false });
    await audit(world, made.id);
    const done = await become(world, made.id, 'SUCCESS');
    expect(done).toMatchObject({ running: 4, error: 0, total: 4, editable: true });
    expect(clusters.map(({ fake }) => imageIn(fake, made.id))).toEqual(['nginx:1.0', 'nginx:1.0']);
    expect(other.clusters.map(({ fake }) => imageIn(fake, made.id))).toEqual([undefined]);

    await upgrade(world, made.id, '1.1');
    await expect.poll(async () => (await show(world, made.id)).version).toBe('1.1');
    await become(world, made.id, 'SUCCESS');
    expect(clusters.map(({ fake }) => imageIn(fake, made.id))).toEqual(['nginx:1.1', 'nginx:1.1']);

    await rollBack(world, made.id, '1.0');
    await expect.poll(async () => (await show(world, made.id)).version).toBe('1.0');
    const back = await become(world, made.id, 'SUCCESS');
    expect(back.deployType).toBe('ROLLBACK');
    expect(clusters.map(({ fake }) => imageIn(fake, made.id))).toEqual(['nginx:1.0', 'nginx:1.0']);

    await remove(world, made.id);
    const gone = await become(world, made.id, 'DELETED');
    expect(gone).toMatchObject({ editable: false, targets: { nodes: [] } });
    expect(clusters.map(({ fake }) => imageIn(fake, made.id))).toEqual([undefined, undefined]);
    expect(gone.history.nodes).toEqual([
      { version: '1.0', deployType: 'NEW', outcome: 'SUCCESS' },
      { version: '1.1', deployType: 'UPGRADE', outcome: 'SUCCESS' },
      { version: '1.0', deployType: 'ROLLBACK', outcome: 'SUCCESS' },
      { version: '1.0', deployType: 'DELETE', outcome: 'DELETED' },
    ]);
  });

  test('that is turned down never runs, and its name is free again', async () => {
    const appName = await newApp(world);
    const { label } = await newClusters(world, 1);
    const draft = { deployName: uniqueName('dep'), appName, version: '1.0', cluster: label };
    const made = await request(world, draft);
    await expect(request(world, draft)).rejects.toThrow('CONFLICT');
    await audit(world, made.id, 'DISAPPROVED', 'no room');
    expect(await show(world, made.id)).toMatchObject({ status: 'DISAPPROVED', auditComment: 'no room' });
    const again = await request(world, draft);
    await audit(world, again.id);
    await become(world, again.id, 'SUCCESS');
    expect((await show(world, made.id)).targets.nodes).toEqual([]);
  });

  test('reaches a cluster that is away when it is back, and the others meanwhile', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 3);
    const [, away] = clusters;
    away?.fake.setSilent(true);
    const { id } = await deploy(world, { appName, cluster: label });
    const partial = await become(world, id, 'PARTIAL_SUCCESS');
    expect(partial.targets.nodes.map(({ state }) => state).toSorted()).toEqual([
      'READY',
      'READY',
      'UNREACHABLE',
    ]);
    expect(partial).toMatchObject({ running: 4, total: 4, editable: true });
    away?.fake.setSilent(false);
    await become(world, id, 'SUCCESS');
  });

  test('whose pods begin late, since their cluster was away for longer than they have, is soon seen to run', async () => {
    const appName = await newApp(world, ['1.0'], { image: 'bad:1.0' });
    const { label, clusters } = await newClusters(world, 1);
    const [cluster] = clusters;
    const { id } = await deploy(world, { appName, cluster: label });
    const state = async () => (await show(world, id)).targets.nodes[0]?.state;
    await expect.poll(state, PATIENCE).toBe('DEPLOYING');
    cluster?.fake.setSilent(true);
    await expect.poll(state, PATIENCE).toBe('UNREACHABLE');
    await world.server.database.query("update deployment_targets set applied_at = now() - interval '1 day'");
    cluster?.fake.setSilent(false);
    await become(world, id, 'FAILED');
    cluster?.fake.workloads.setState(ownerOf(world, id), { isReady: true, error: 0, problems: [] });
    await become(world, id, 'SUCCESS');
  });

  test('follows the labels of clusters', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 2);
    const [first, second] = clusters;
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    await labelClusters(world.server, 'DELETE', label, first?.name ?? '');
    await expect
      .poll(async () => (await show(world, id)).targets.nodes.map(({ clusterId }) => Number(clusterId)))
      .toEqual([second?.id]);
    expect(first && imageIn(first.fake, id)).toBeUndefined();
    await labelClusters(world.server, 'POST', label, first?.name ?? '');
    await expect.poll(() => first && imageIn(first.fake, id)).toBe('nginx:1.0');
    await become(world, id, 'SUCCESS');
  });
});
