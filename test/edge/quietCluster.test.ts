import { expect, onTestFinished, test } from 'vitest';
import { FakeApiServer } from '../support/kubernetes/server.js';
import { uniqueName } from '../support/people.js';
import { query, startServer } from '../support/server.js';

const REGISTER =
  'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }';

test('a cluster where nothing happens is asked often enough to count as alive', async () => {
  const cluster = await FakeApiServer.start();
  onTestFinished(() => cluster.close());
  const server = await startServer({ CLUSTER_SILENCE: '2' }, { background: true });
  onTestFinished(() => server.stop());
  const token = await server.adminToken();
  const input = { name: uniqueName('quiet'), kubeconfig: cluster.kubeconfig() };
  expect((await query(server.url, REGISTER, { token, variables: { input } })).errors).toEqual([]);
  await expect.poll(() => cluster.watches.size).toBe(1);
  const asked = () => cluster.requests.filter((request) => request.endsWith('nodes?limit=1')).length;
  const before = asked();
  await expect.poll(asked).toBeGreaterThan(before + 4);
  const { data } = await query(server.url, '{ clusters { nodes { isReady failure } } }', { token });
  expect(data).toEqual({ clusters: { nodes: [{ isReady: true, failure: null }] } });
  expect(cluster.watches.size).toBe(1);
});
