import { sql } from 'kysely';
import { rowsOf } from '../../database/rows.js';
import type { RequestContext } from '../../kernel/context.js';
import type { ResourceAmount } from './cluster.entity.js';
import type { ClusterEvent } from './cluster.port.js';
import type { ClusterAccess } from './clusterAccess.service.js';

const ALLOCATABLE = {};

/** What goes on in a cluster: its events, what it offers and what its pods ask for. */
export class CapacityService {
  constructor(private readonly access: ClusterAccess) {}

  /** As the nodes last reported. */
  async allocatable(ctx: RequestContext, clusterId: number): Promise<ResourceAmount> {
    const loader = ctx.loaders.of<number, ResourceAmount>(ALLOCATABLE, async (ids) => {
      const rows = await rowsOf(
        ctx.reader,
        sql`select "cluster_id", sum("allocatable_cpu") as "cpu", sum("allocatable_memory") as "memory"
          from "nodes" where "cluster_id" in (${sql.join(ids)}) group by "cluster_id"`,
      );
      const byCluster = new Map(
        rows.map((row) => [row['cluster_id'], { cpu: Number(row['cpu']), memory: Number(row['memory']) }]),
      );
      return ids.map((id) => byCluster.get(id) ?? { cpu: 0, memory: 0 });
    });
    return loader.load(clusterId);
  }

  /** By all pods that are not finished, as the cluster tells now. */
  async requested(ctx: RequestContext, clusterId: number): Promise<ResourceAmount> {
    return this.access.ask(clusterId, ctx.signal, async (client, signal) => client.requested(signal));
  }

  /** The latest first, as the cluster tells now. */
  async events(ctx: RequestContext, clusterId: number, limit: number): Promise<ClusterEvent[]> {
    return this.access.ask(clusterId, ctx.signal, async (client, signal) => client.listEvents(limit, signal));
  }
}
