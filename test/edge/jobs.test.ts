import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeState } from '../support/clusters.js';
import { newBusiness, ote } from '../support/people.js';
import { ask, insertCluster, insertNode, register, removeAll, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({}, { background: true }));

const label = async (method: string, clusterName: string, nodeLabel: string, ...nodeName: string[]) =>
  ote(server, method, '/node/label', server.token, { nodeLabel, clusterName, nodeName });

interface JobRow {
  name: string;
  subject: string;
  state: string;
  attempts: number;
  lastError: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

async function jobsOf(name: string, subject: number): Promise<JobRow[]> {
  const { data, errors } = await ask<{ jobs: { nodes: JobRow[]; totalCount: number } }>(
    server,
    `query ($filter: JobFilter) { jobs(filter: $filter) { totalCount
      nodes { name subject state attempts lastError createdAt startedAt finishedAt notBefore } } }`,
    { filter: { name: { eq: name }, subject: { eq: String(subject) } } },
  );
  expect(errors).toEqual([]);
  expect(data?.jobs.totalCount).toBe(data?.jobs.nodes.length);
  return data?.jobs.nodes ?? [];
}

async function withNodes(...names: string[]) {
  const cluster = await register(server);
  for (const name of names) cluster.fake.setNode(nodeState(name));
  const nodeCount = async () =>
    (await ask<{ cluster: { nodeCount: number } }>(server, `{ cluster(id: "${cluster.id}") { nodeCount } }`))
      .data?.cluster.nodeCount;
  await vi.waitUntil(async () => (await nodeCount()) === names.length, { timeout: 30_000 });
  return cluster;
}

// Each has a cluster of its own, and mostly waits.
describe.concurrent('labels of nodes', () => {
  afterAll(() => removeAll(server));

  test('reach the cluster, given and taken', async ({ expect }) => {
    const { id, name, fake } = await withNodes('n1', 'n2');
    await label('POST', name, 'gpu', 'n1', 'n2');
    await label('POST', name, 'ssd', 'n1');
    await expect
      .poll(() => fake.labels)
      .toEqual(
        new Map([
          ['n1', ['gpu', 'ssd']],
          ['n2', ['gpu']],
        ]),
      );
    await label('DELETE', name, 'gpu', 'n1');
    await expect.poll(() => fake.labels.get('n1')).toEqual(['ssd']);
    await expect
      .poll(async () => jobsOf('node-labels', id))
      .toContainEqual(expect.objectContaining({ state: 'COMPLETED', attempts: 1, lastError: null }));
  });

  test('are carried after an outage, once for all changes meanwhile, and the failure can be read', async ({
    expect,
  }) => {
    const { id, name, fake } = await withNodes('n1');
    fake.setSilent(true);
    await label('POST', name, 'one', 'n1');
    await expect
      .poll(async () => jobsOf('node-labels', id))
      .toMatchObject([{ state: 'RETRY', lastError: `${fake.name} does not answer`, finishedAt: null }]);
    await label('POST', name, 'two', 'n1');
    await label('DELETE', name, 'one', 'n1');
    fake.calls.length = 0;
    fake.setSilent(false);
    await expect.poll(() => fake.labels.get('n1')).toEqual(['two']);
    expect(fake.calls.filter((call) => call.startsWith('setNodeLabels') && !call.endsWith('two'))).toEqual(
      [],
    );
    const completed = async () =>
      (await jobsOf('node-labels', id)).filter(({ state }) => state === 'COMPLETED');
    await expect
      .poll(async () => (await completed()).map(({ attempts }) => attempts))
      .toContainEqual(expect.toSatisfy((attempts: number) => attempts > 1));
  });

  test('are given again to a node that was made anew', async ({ expect }) => {
    const { name, fake } = await withNodes('n1');
    await label('POST', name, 'gpu', 'n1');
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
    fake.labels.clear();
    fake.setNode(nodeState('n1'));
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
  });

  test('are given again to a node that left its cluster and came back', async ({ expect }) => {
    const { id, name, fake } = await withNodes('n1', 'n2');
    await label('POST', name, 'returning', 'n1', 'n2');
    await expect.poll(() => fake.labels.size).toBe(2);
    fake.labels.clear();
    const nodes = async () =>
      (await ask(server, `{ cluster(id: "${id}") { nodes { nodes { name labels } } } }`)).data;
    fake.removeNode('n1');
    await expect
      .poll(nodes)
      .toEqual({ cluster: { nodes: { nodes: [{ name: 'n2', labels: ['returning'] }] } } });
    fake.setNode(nodeState('n1'));
    fake.setNode(nodeState('n3'));
    await expect.poll(() => fake.labels.get('n1')).toEqual(['returning']);
    expect(fake.labels.has('n3')).toBe(false);
    expect(await ote(server, 'GET', '/node?nodeLabel=returning', server.token)).toMatchObject({ total: 2 });
  });

  test('that somebody changed in the cluster, or that an earlier registration left there, are set right', async ({
    expect,
  }) => {
    const { name, fake } = await withNodes('n1', 'n2');
    await label('POST', name, 'gpu', 'n1');
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
    fake.setNode(nodeState('n1', { ownLabels: ['another'] }));
    fake.setNode(nodeState('n3', { ownLabels: ['left'] }));
    await expect
      .poll(() => ['n1', 'n2', 'n3'].map((node) => fake.nodes.get(node)?.ownLabels))
      .toEqual([['gpu'], [], []]);
    expect(fake.labels.has('n2')).toBe(false);
  });

  test('of a node that the cluster refuses to change hold up no other node', async ({ expect }) => {
    const { id, name, fake } = await withNodes('n1', 'n2');
    fake.refused.add('n1');
    await label('POST', name, 'gpu', 'n1', 'n2');
    await expect.poll(() => fake.labels.get('n2')).toEqual(['gpu']);
    await expect
      .poll(async () => jobsOf('node-labels', id))
      .toMatchObject([{ state: 'RETRY', lastError: `${fake.name} forbids to change n1` }]);
    fake.refused.clear();
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
  });

  test('of a node that is gone keep nobody waiting', async ({ expect }) => {
    const { id, name, fake } = await withNodes('n1');
    await insertNode(server, id, 'gone');
    await label('POST', name, 'gpu', 'gone', 'n1');
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
    await expect.poll(async () => (await jobsOf('node-labels', id))[0]?.state).toBe('COMPLETED');
  });
});

describe('namespaces of businesses', () => {
  // Those of other tests would come to each cluster too.
  beforeEach(async () => {
    await server.database.query(`update businesses set status = 'DELETED'`);
  });
  afterEach(() => removeAll(server));

  test('are made in every cluster on approval, and in a new cluster', async () => {
    const before = await register(server);
    const one = await newBusiness(server);
    await expect.poll(() => [...before.fake.namespaces]).toEqual([`ns${one.id}`]);
    const two = await newBusiness(server);
    const after = await register(server);
    const all = [`ns${one.id}`, `ns${two.id}`];
    await expect.poll(() => [...after.fake.namespaces]).toEqual(all);
    await expect.poll(() => [...before.fake.namespaces]).toEqual(all);
    const calls = before.fake.calls.filter((call) => call.startsWith('ensureNamespace'));
    expect(calls).toEqual(all.map((name) => `ensureNamespace ${name}`));
  });

  test('that a cluster refuses hold up no other', async () => {
    const { id, fake } = await register(server);
    const refused = await newBusiness(server);
    // What a job still records would be missed by the deletion below.
    await expect.poll(async () => (await jobsOf('namespaces', id))[0]?.state).toBe('COMPLETED');
    fake.namespaces.clear();
    fake.refused.add(`ns${refused.id}`);
    await server.database.query('delete from cluster_namespaces where cluster_id = $1', [id]);
    const { id: accepted } = await newBusiness(server);
    await expect.poll(() => [...fake.namespaces]).toEqual([`ns${accepted}`]);
    fake.refused.clear();
    await expect.poll(() => fake.namespaces.size).toBe(2);
  });

  test('follow when a cluster is back, without holding up another', async () => {
    const away = await register(server);
    const here = await register(server);
    away.fake.setSilent(true);
    const { id } = await newBusiness(server);
    await expect.poll(() => [...here.fake.namespaces]).toEqual([`ns${id}`]);
    await expect.poll(async () => (await jobsOf('namespaces', away.id))[0]?.state).toBe('RETRY');
    away.fake.setSilent(false);
    await expect.poll(() => [...away.fake.namespaces]).toEqual([`ns${id}`]);
  });
});

test('a cluster that counts as dead is not tried, and the job says so', async () => {
  const id = await insertCluster(server, { seen: false, nodes: ['n1'] });
  await server.database.query('update nodes set labels_wanted = 1 where cluster_id = $1', [id]);
  await newBusiness(server);
  await expect
    .poll(async () => jobsOf('node-labels', id))
    .toMatchObject([{ state: 'RETRY', lastError: 'the cluster counts as dead: it does not answer' }]);
});

test('what was pending when nobody heard of it is found', async () => {
  const id = await insertCluster(server, { nodes: ['n1'] });
  await server.database.query('update nodes set labels_wanted = 1 where cluster_id = $1', [id]);
  const { rows } = await server.database.query(
    'select id from nodes where cluster_id = $1 and labels_wanted > labels_applied',
    [id],
  );
  expect(rows).toHaveLength(1);
  await newBusiness(server);
  // Its kubeconfig cannot be read, which the job tells.
  await expect.poll(async () => (await jobsOf('node-labels', id))[0]?.state).toBe('RETRY');
});
