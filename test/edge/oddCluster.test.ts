import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../src/connectors/kubernetes/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { HASTY } from '../connectors/kubernetes/lab.js';
import { longestStall } from '../support/eventLoop.js';
import { namespaceOf, nodeOf } from '../support/kubernetes/objects.js';
import { FakeApiServer } from '../support/kubernetes/server.js';
import { uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';

let server: TestServer;
let token: string;
beforeAll(async () => {
  const clusterConnector = createKubernetesConnector(new AddressPolicy([]), { pace: HASTY });
  server = await startServer({}, { clusterConnector, background: true });
  token = await server.adminToken();
});
afterAll(() => server.stop());

const REGISTER =
  'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }';

const DELETE = 'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id } } }';

async function register() {
  const cluster = await FakeApiServer.start();
  const name = uniqueName('odd');
  const { data, errors } = await query<{ registerCluster: { cluster: { id: string } } }>(
    server.url,
    REGISTER,
    { token, variables: { input: { name, kubeconfig: cluster.kubeconfig() } } },
  );
  expect(errors).toEqual([]);
  const id = data?.registerCluster.cluster.id;
  onTestFinished(async () => {
    // One that is gone is looked for again and again.
    await query(server.url, DELETE, { token, variables: { input: { id } } });
    await cluster.close();
  });
  return { cluster, name };
}

async function nodesOf(clusterName: string) {
  const answer = await send(`${server.url}/v1/node?clusterName=${clusterName}&pageSize=0`, {
    headers: { authorization: token },
  });
  expect(answer.status).toBe(200);
  const { data } = (await answer.json()) as { data: Record<string, unknown>[] };
  return data.toSorted((one, other) => (String(one['nodeName']) < String(other['nodeName']) ? -1 : 1));
}

test('nodes with odd numbers and texts appear like any other', async () => {
  const { cluster, name } = await register();
  const amounts = (amount: string) => ({ cpu: amount, memory: amount, 'ephemeral-storage': amount });
  const huge = nodeOf('b-huge', {
    labels: { 'nvidia.com/gpu.memory': '1e30', 'a\0b': 'c\0d', half: '\ud800' },
    capacity: { ...amounts('1e30'), 'nvidia.com/gpu': '8' },
    allocatable: amounts('1e30'),
  });
  huge['status'] = {
    ...(huge['status'] as object),
    addresses: [{ type: 'InternalIP', address: '10.0.0.1\0' }],
  };
  huge.metadata.creationTimestamp = '0000-01-01T00:00:00Z';
  cluster.store.put('nodes', nodeOf('a-plain'));
  cluster.store.put('nodes', huge);
  cluster.store.put(
    'nodes',
    nodeOf('c-small', { capacity: amounts('1500m'), allocatable: amounts('1500m') }),
  );
  await expect.poll(async () => (await nodesOf(name)).length).toBe(3);
  const most = Number.MAX_SAFE_INTEGER;
  expect(await nodesOf(name)).toMatchObject([
    { nodeName: 'a-plain', cpu: 4 },
    { nodeName: 'b-huge', cpu: 1_000_000, memory: most, disk: most, gpu: most, ip: '10.0.0.1\ufffd' },
    { nodeName: 'c-small', cpu: 2, memory: 2, disk: 2, gpu: 0 },
  ]);
  const document = `{ cluster(name: "${name}") { failure capacity { allocatable { cpu memory } }
    nodes { nodes { createdAt cpu memory disk gpuMemory allocatableCpu allocatableMemory } } } }`;
  const { data, errors } = await query(server.url, document, { token });
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ cluster: { failure: null } });
});

test("a cluster's odd complaint is shown as its failure", async () => {
  const { cluster, name } = await register();
  cluster.complaint = 'no\0thing';
  cluster.break(503);
  cluster.resetWatches();
  const failure = async () =>
    (await server.database.query('select failure from clusters where name = $1', [name])).rows[0]?.[
      'failure'
    ];
  await expect.poll(failure).toContain('answered 503: no\ufffdthing');
});

test('labels wait while a load balancer that knows no cluster answers', async () => {
  const { cluster, name } = await register();
  cluster.store.put('nodes', nodeOf('worker-1'));
  await expect.poll(async () => (await nodesOf(name)).length).toBe(1);
  const ofOneNode = /nodes\/worker-1/;
  cluster.break('balancer', ofOneNode);
  const labelled = await send(`${server.url}/v1/node/label`, {
    method: 'POST',
    headers: { authorization: token },
    body: { nodeLabel: 'edge', clusterName: name, nodeName: ['worker-1'] },
  });
  expect(labelled.status).toBe(200);
  await expect.poll(() => cluster.requests.some((each) => ofOneNode.test(each))).toBe(true);
  cluster.heal();
  await expect
    .poll(() => cluster.store.get('nodes', 'worker-1').metadata.labels)
    .toHaveProperty(['label.isthmus.io/edge'], 'true');
});

const stateOf = async (name: string) => {
  const document = `{ cluster(name: "${name}") { failure isReady nodeCount } }`;
  const { data, errors } = await query<{
    cluster: { failure: string | null; isReady: boolean; nodeCount: number };
  }>(server.url, document, { token });
  expect(errors).toEqual([]);
  return data?.cluster;
};

test('an odd node is named as the failure of its cluster, which is alive and shows all others', async () => {
  const { cluster, name } = await register();
  cluster.store.put('nodes', nodeOf('a-plain'));
  const odd = nodeOf('b-odd');
  odd.metadata.creationTimestamp = null;
  cluster.store.put('nodes', odd);
  cluster.store.put('nodes', nodeOf('c-plain'));
  await expect.poll(async () => (await nodesOf(name)).length).toBe(2);
  await expect.poll(async () => (await stateOf(name))?.failure).toContain('"b-odd"');
  expect(await stateOf(name)).toMatchObject({ isReady: true, nodeCount: 2 });
  cluster.store.put('nodes', nodeOf('b-odd'));
  await expect.poll(async () => (await nodesOf(name)).length).toBe(3);
});

test('a node of 5 MiB and an item that is none hide themselves alone', async () => {
  const { cluster, name } = await register();
  cluster.store.put('nodes', nodeOf('a-plain'));
  cluster.store.put('nodes', nodeOf('b-huge', { labels: { huge: 'x'.repeat(5 * 2 ** 20) } }));
  cluster.store.put('nodes', nodeOf('c-plain'));
  cluster.intersperse(null);
  cluster.resetWatches();
  cluster.store.compact();
  await expect.poll(async () => (await nodesOf(name)).length).toBe(2);
  await expect.poll(async () => (await stateOf(name))?.failure).toContain('2 nodes that are passed over');
  const state = await stateOf(name);
  expect(state?.failure).toContain('"b-huge" (more than 4194304 bytes)');
  expect(state).toMatchObject({ isReady: true, nodeCount: 2 });
});

test('a capacity of very many digits holds nobody up', async () => {
  const { cluster, name } = await register();
  cluster.store.put('nodes', nodeOf('digits', { capacity: { cpu: `${'1'.repeat(1_000_000)}!` } }));
  cluster.store.put('nodes', nodeOf('plain'));
  const stall = await longestStall(async () => {
    await expect.poll(async () => (await nodesOf(name)).length).toBe(2);
  });
  expect(stall).toBeLessThan(2000);
  expect(await nodesOf(name)).toMatchObject([{ nodeName: 'digits', cpu: 0 }, { nodeName: 'plain' }]);
});

test("a cluster's failure and the log of it do not repeat the token that the cluster was sent", async () => {
  const { cluster, name } = await register();
  cluster.complaint = `no "Bearer ${cluster.token}"`;
  cluster.break(503);
  cluster.resetWatches();
  await expect.poll(async () => (await stateOf(name))?.failure).toContain('no "Bearer [redacted]"');
  expect(server.log()).not.toContain(cluster.token);
});

test('another cluster at the address of a watched one is noticed, and its nodes are not taken in', async () => {
  const { cluster, name } = await register();
  cluster.store.put('nodes', nodeOf('ours'));
  await expect.poll(async () => (await nodesOf(name)).length).toBe(1);
  cluster.silenceWatches();
  cluster.store.put('namespaces', namespaceOf('kube-system'));
  cluster.store.put('nodes', nodeOf('stranger'));
  cluster.resetWatches();
  await expect.poll(async () => (await stateOf(name))?.failure).toContain('is another cluster');
  expect(await nodesOf(name)).toMatchObject([{ nodeName: 'ours' }]);
});
