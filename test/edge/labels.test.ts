import { beforeEach, describe, expect, test } from 'vitest';
import { ote, uniqueName } from '../support/people.js';
import { ask, insertCluster, insertNode, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge());
let cluster: { id: number; name: string };
let other: { id: number; name: string };
beforeEach(async () => {
  await server.database.query('delete from clusters');
  const create = async () => {
    const name = uniqueName('labelled');
    return { id: await insertCluster(server, { name, nodes: ['n1', 'n2'] }), name };
  };
  cluster = await create();
  other = await create();
});

const call = async (method: string, path: string, body?: object) =>
  ote(server, method, path, server.token, body);
const labelClusters = async (clusterLabel: unknown, clusterName: unknown, method = 'POST') =>
  call(method, '/cluster/label', { clusterLabel, clusterName });
const labelNodes = async (
  nodeLabel: unknown,
  nodeName: unknown,
  method = 'POST',
  clusterName = cluster.name,
) => call(method, '/node/label', { nodeLabel, clusterName, nodeName });
const clusterLabels = async (name: string) => (await call('GET', `/cluster/label/${name}`)).data;
const nodeLabels = async (clusterName = '') =>
  (await call('GET', `/node/label?clusterName=${clusterName}`)).data;
const eventCount = async () =>
  (await server.database.query(`select id from audit_events where action like '%label'`)).rows.length;

describe('labels of clusters', () => {
  test('are given and taken, however often', async () => {
    for (const _time of [1, 2]) {
      expect(await labelClusters('edge-1', [cluster.name, other.name, other.name])).toMatchObject({
        status: 200,
      });
    }
    expect(await call('GET', '/cluster/label')).toMatchObject({ data: ['edge-1'] });
    expect(await call('GET', '/cluster?clusterLabel=edge-1')).toMatchObject({ total: 2 });
    expect(await labelClusters('edge-1', [cluster.name], 'DELETE')).toMatchObject({ status: 200 });
    expect(await labelClusters('edge-1', [cluster.name], 'DELETE')).toMatchObject({ status: 200 });
    expect(await clusterLabels(cluster.name)).toEqual([]);
    expect(await clusterLabels(other.name)).toMatchObject([{ clusterLabel: 'edge-1' }]);
  });

  test('stay as they are when one cluster is unknown', async () => {
    await labelClusters('kept', [cluster.name]);
    const events = await eventCount();
    expect(await labelClusters('new', [cluster.name, 'nowhere'])).toMatchObject({
      status: 404,
      message: 'no cluster has the name "nowhere"',
    });
    expect(await labelClusters('kept', ['nowhere', cluster.name], 'DELETE')).toMatchObject({ status: 404 });
    expect(await clusterLabels(cluster.name)).toMatchObject([{ clusterLabel: 'kept' }]);
    expect(await eventCount()).toBe(events);
    expect((await call('GET', '/cluster/label/nowhere')).status).toBe(404);
  });

  test('of one cluster are paged', async () => {
    for (const label of ['c', 'a', 'b']) await labelClusters(label, [cluster.name]);
    const page = async (search: string) => call('GET', `/cluster/label/${cluster.name}?${search}`);
    expect(await page('pageSize=2')).toMatchObject({
      total: 3,
      data: [{ clusterLabel: 'c' }, { clusterLabel: 'a' }],
    });
    expect(await page('pageSize=2&page=2')).toMatchObject({ total: 3, data: [{ clusterLabel: 'b' }] });
    expect((await page('pageSize=0')).data).toHaveLength(3);
  });

  test.each(['', 'a'.repeat(64), 'a b', 'a_b', 'ä', 'a\n', 'all', 'default', 7, null, undefined])(
    'may not be named %j',
    async (label) => {
      const answer = await labelClusters(label, [cluster.name]);
      expect(answer.status).toBe(422);
      expect(answer.message).toMatch(/^clusterLabel: /);
    },
  );

  test.each([[[]], ['x'], [[7]], [['nul\0']], [undefined]])('clusterName may not be %j', async (names) => {
    const answer = await labelClusters('fine', names);
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(/^clusterName/);
  });

  test('in the graph answer with what is now, also twice in one request', async () => {
    const { data, errors } = await ask(
      server,
      `mutation ($one: ClusterLabelInput!, $two: ClusterLabelInput!) {
        one: addClusterLabel(input: $one) { clusters { name labels } }
        two: removeClusterLabel(input: $one) { clusters { name labels } }
        three: addClusterLabel(input: $two) { clusters { name labels } } }`,
      {
        one: { clusterLabel: 'first', clusterName: [cluster.name] },
        two: { clusterLabel: 'second', clusterName: [cluster.name] },
      },
    );
    expect(errors).toEqual([]);
    const { name } = cluster;
    expect(data).toEqual({
      one: { clusters: [{ name, labels: ['first'] }] },
      two: { clusters: [{ name, labels: [] }] },
      three: { clusters: [{ name, labels: ['second'] }] },
    });
    const wrong = await ask(
      server,
      'mutation ($input: ClusterLabelInput!) { addClusterLabel(input: $input) { clusters { id } } }',
      { input: { clusterLabel: 'all', clusterName: [name] } },
    );
    expect(wrong.errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.clusterLabel' }],
    });
  });
});

describe('labels of nodes', () => {
  test('are given and taken, however often, in one cluster', async () => {
    await labelNodes('gpu', ['n1', 'n2']);
    await labelNodes('gpu', ['n2', 'n2']);
    await labelNodes('ssd', ['n1'], 'POST', other.name);
    expect(await nodeLabels()).toEqual(['gpu', 'ssd']);
    expect(await nodeLabels(cluster.name)).toEqual(['gpu']);
    expect(await nodeLabels('nowhere')).toEqual([]);
    expect(await call('GET', '/node?nodeLabel=gpu')).toMatchObject({ total: 2, meta: { readyNodeCount: 2 } });
    await labelNodes('gpu', ['n1'], 'DELETE');
    await labelNodes('gpu', ['n1'], 'DELETE');
    expect(await call('GET', '/node?nodeLabel=gpu')).toMatchObject({ total: 1, data: [{ nodeName: 'n2' }] });
  });

  test('stay as they are when the cluster or one node is unknown', async () => {
    await labelNodes('kept', ['n1']);
    const events = await eventCount();
    expect(await labelNodes('new', ['n1', 'n3'])).toMatchObject({
      status: 404,
      message: `the cluster "${cluster.name}" has no node "n3"`,
    });
    expect(await labelNodes('kept', ['n1', 'n3'], 'DELETE')).toMatchObject({ status: 404 });
    expect(await labelNodes('new', ['n1'], 'POST', 'nowhere')).toMatchObject({ status: 404 });
    expect(await nodeLabels()).toEqual(['kept']);
    expect(await eventCount()).toBe(events);
  });

  test('what is wanted is counted only where something changes', async () => {
    const id = await insertNode(server, cluster.id, 'counted');
    const wanted = async () =>
      (await server.database.query('select labels_wanted from nodes where id = $1', [id])).rows[0]?.[
        'labels_wanted'
      ];
    await labelNodes('x', ['counted']);
    await labelNodes('x', ['counted']);
    expect(await wanted()).toBe(1);
    await labelNodes('y', ['counted'], 'DELETE');
    expect(await wanted()).toBe(1);
    await labelNodes('x', ['counted'], 'DELETE');
    expect(await wanted()).toBe(2);
  });

  test('two calls over the same nodes do not block each other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        labelNodes(
          `l${index % 2}`,
          index % 3 === 0 ? ['n1', 'n2'] : ['n2', 'n1'],
          index % 2 === 0 ? 'POST' : 'DELETE',
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(200));
  });

  test.each(['-a', 'a-', 'all', 'default', 'a.b', ''])('may not be named %j', async (label) => {
    const answer = await labelNodes(label, ['n1']);
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(/^nodeLabel: /);
  });

  test('in the graph answer with the nodes', async () => {
    const { data, errors } = await ask(
      server,
      'mutation ($input: NodeLabelInput!) { addNodeLabel(input: $input) { nodes { name labels cluster { name } } } }',
      { input: { nodeLabel: 'gpu', clusterName: cluster.name, nodeName: ['n2', 'n1'] } },
    );
    expect(errors).toEqual([]);
    const node = (name: string) => ({ name, labels: ['gpu'], cluster: { name: cluster.name } });
    expect(data).toEqual({ addNodeLabel: { nodes: [node('n2'), node('n1')] } });
  });

  test('in the graph by the keys of nodes, which are in one cluster', async () => {
    const keysOf = async ({ id }: { id: number }) =>
      (
        await server.database.query('select id from nodes where cluster_id = $1 order by name desc', [id])
      ).rows.map((row) => String(row['id']));
    const [own, foreign] = [await keysOf(cluster), await keysOf(other)];
    const change = async (field: string, type: string, input: object) =>
      ask(server, `mutation ($input: ${type}!) { ${field}(input: $input) { nodes { name labels } } }`, {
        input,
      });
    const add = async (input: object) =>
      change('addNodeLabel', 'NodeLabelInput', { nodeLabel: 'gpu', ...input });
    const labelled = ['n2', 'n1'].map((name) => ({ name, labels: ['gpu'] }));
    expect((await add({ nodeId: [...own, ...own] })).data).toEqual({ addNodeLabel: { nodes: labelled } });
    const removed = await change('removeNodeLabel', 'RemoveNodeLabelInput', {
      nodeLabel: 'gpu',
      nodeId: [own[1]],
    });
    expect(removed.data).toEqual({ removeNodeLabel: { nodes: [{ name: 'n1', labels: [] }] } });
    for (const input of [
      { nodeId: [...own, ...foreign] },
      { nodeId: own, clusterName: cluster.name },
      { nodeName: ['n1'] },
      { clusterName: cluster.name, nodeName: null },
      { nodeId: [] },
      {},
    ])
      expect((await add(input)).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await add({ nodeId: [own[0], '999999'] })).errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

test('clusters are labelled by their keys as well', async () => {
  const add = async (input: object) =>
    ask(
      server,
      'mutation ($input: ClusterLabelInput!) { addClusterLabel(input: $input) { clusters { name labels } } }',
      { input: { clusterLabel: 'edge', ...input } },
    );
  const keys = [String(other.id), String(cluster.id), String(other.id)];
  const labelled = [other, cluster].map(({ name }) => ({ name, labels: ['edge'] }));
  expect((await add({ clusterId: keys })).data).toEqual({ addClusterLabel: { clusters: labelled } });
  for (const input of [{ clusterId: keys, clusterName: [cluster.name] }, {}, { clusterId: [] }])
    expect((await add(input)).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect((await add({ clusterId: [String(cluster.id), 'nowhere'] })).errors[0]?.extensions.code).toBe(
    'NOT_FOUND',
  );
});
