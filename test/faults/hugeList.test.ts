import { expect, onTestFinished, test } from 'vitest';
import { insertCluster, startEdge } from '../edge/support/world.js';
import { ote } from '../support/people.js';

test('a list without pages ends before it is too much for the server', async () => {
  const server = await startEdge();
  onTestFinished(() => server.stop());
  const id = await insertCluster(server, { name: 'huge', nodes: ['n0'] });
  await server.database.query(
    `insert into nodes (cluster_id, uid, name, kubernetes_labels, is_ready, is_schedulable, operating_system, os_image,
       architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu, allocatable_memory,
       created_at, hash)
     select cluster_id, uid, 'more' || i, '{}', is_ready, is_schedulable, operating_system, os_image,
       architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu, allocatable_memory,
       created_at, hash from nodes, generate_series(1, 100000) i where cluster_id = $1`,
    [id],
  );
  const answer = await ote(server, 'GET', '/node?clusterName=huge&pageSize=0', server.token);
  expect(answer).toMatchObject({ status: 422, message: expect.stringContaining('pageSize') as string });
  expect(await ote(server, 'GET', '/node?clusterName=huge&pageSize=2', server.token)).toMatchObject({
    data: [{ nodeName: 'n0' }, { nodeName: 'more1' }],
  });
});
