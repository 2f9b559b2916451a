import { sql } from 'kysely';
import type { AppParts } from '../../../src/app.js';
import { rowsOf } from '../../../src/database/rows.js';
import { NodeIntake } from '../../../src/domains/edge/nodes/nodeIntake.service.js';
import { uniqueName } from '../../support/people.js';
import { MemoryClusters, nodeState } from '../../support/clusters.js';
import {
  type Environment,
  type GraphQLAnswer,
  type TestServer,
  query,
  startServer,
} from '../../support/server.js';

export interface EdgeServer extends TestServer {
  clusters: MemoryClusters;
  token: string;
}

/** The whole server, on clusters in memory. */
export async function startEdge(environment: Environment = {}, parts: AppParts = {}): Promise<EdgeServer> {
  const clusters = new MemoryClusters();
  const server = await startServer(
    { LOGIN_FAILURES: '1000', ...environment },
    { clusterConnector: clusters, ...parts },
  );
  return { ...server, clusters, token: await server.adminToken() };
}

/** A query of the system administrator, or of whoever has the token. */
export async function ask<T = Record<string, unknown>>(
  { url, token }: EdgeServer,
  document: string,
  variables: object = {},
  as = token,
): Promise<GraphQLAnswer<T>> {
  return query<T>(url, document, { token: as, variables });
}

const REGISTER = `mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) {
  cluster { id name version isReady nodeCount labels } } }`;

/** A registered cluster, and what answers for it. */
export async function register(server: EdgeServer, name = uniqueName('cluster')) {
  const fake = server.clusters.add(name);
  const input = { name, kubeconfig: fake.kubeconfig };
  const { data, errors } = await ask<{ registerCluster: { cluster: { id: string } } }>(server, REGISTER, {
    input,
  });
  if (!data) throw new Error(errors[0]?.message);
  return { id: Number(data.registerCluster.cluster.id), name, fake };
}

const DELETE = 'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id } } }';

export const remove = async (server: EdgeServer, id: number) => ask(server, DELETE, { input: { id } });

/** Whatever clusters are left make work for those that come. */
export async function removeAll(server: EdgeServer): Promise<void> {
  const { rows } = await server.database.query('select id from clusters');
  for (const { id } of rows) await remove(server, Number(id));
}

/** A cluster's row, as alive as `seen` says, with rows of nodes: for what needs neither a watch nor Kubernetes. */
export async function insertCluster(
  { database }: TestServer,
  { name = uniqueName('cluster'), seen = true, nodes = [] as string[] } = {},
): Promise<number> {
  const { rows } = await database.query(
    `insert into clusters (created_at, updated_at, name, uid, kubeconfig, version, last_seen_at, was_ready, watcher, watched_until)
     values (now(), now(), $1, gen_random_uuid()::text, '', 'v1.31.0', case when $2 then now() + interval '1 day' end, $2,
       gen_random_uuid(), now() + interval '1 day')
     returning id`,
    [name, seen],
  );
  const id = Number(rows[0]?.['id']);
  for (const node of nodes) await insertNode({ database }, id, node);
  return id;
}

/** Takes in what clusters tell, whichever replica watches them. */
export function intakeOf({ database }: TestServer): NodeIntake {
  return new NodeIntake(database, {
    lock: async (em, clusterId) =>
      rowsOf(em, sql`select 1 from "clusters" where "id" = ${clusterId} for no key update`),
  });
}

/** A node's row, counted in its cluster. */
export async function insertNode(
  { database }: Pick<TestServer, 'database'>,
  clusterId: number,
  name: string,
  values: Parameters<typeof nodeState>[1] = {},
): Promise<number> {
  const node = nodeState(name, values);
  const { rows } = await database.query(
    `insert into nodes (cluster_id, uid, name, kubernetes_labels, is_ready, is_schedulable, ip, operating_system, os_image,
       architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu, allocatable_memory,
       created_at, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '') returning id`,
    [
      clusterId,
      node.uid,
      name,
      JSON.stringify(node.labels),
      node.isReady,
      node.isSchedulable,
      node.ip,
      node.operatingSystem,
      node.osImage,
      node.architecture,
      node.kernelVersion,
      node.kubeletVersion,
      node.cpu,
      node.memory,
      node.disk,
      node.gpuMemory,
      node.allocatable.cpu,
      node.allocatable.memory,
      node.createdAt,
    ],
  );
  await database.query(
    'update clusters set node_count = node_count + 1, ready_node_count = ready_node_count + $2 where id = $1',
    [clusterId, node.isReady ? 1 : 0],
  );
  return Number(rows[0]?.['id']);
}

/** Labels the nodes for which the condition holds, as rows, counted in their clusters. */
export async function insertLabel(
  { database }: Pick<TestServer, 'database'>,
  name: string,
  condition: string,
): Promise<void> {
  await database.query(
    `insert into node_labels (node_id, cluster_id, name, created_at)
     select id, cluster_id, $1::text, now() from nodes where ${condition}`,
    [name],
  );
  await database.query(
    `insert into node_label_counts (name, cluster_id, node_count, ready_node_count)
     select l.name, l.cluster_id, count(*), count(*) filter (where n.is_ready)
     from node_labels l join nodes n on n.id = l.node_id where l.name = $1 group by 1, 2
     on conflict (name, cluster_id) do update
       set node_count = excluded.node_count, ready_node_count = excluded.ready_node_count`,
    [name],
  );
}
