import { sql } from 'kysely';
import { rowsOf } from '../../database/rows.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import type { ResourceAmount } from './cluster.entity.js';
import type { ClusterEvent, VisibleNamespaces } from './cluster.port.js';
import type { ClusterAccess } from './clusterAccess.service.js';

const ALLOCATABLE = {};

/** Names of pods and images are those of the business that runs them. */
function visibleTo(ctx: RequestContext): VisibleNamespaces {
  const { role, businessId } = requirePrincipal(ctx);
  if (role === 4) return 'all';
  return businessId === null ? [] : [`ns${businessId}`];
}

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

  /** Those that the caller may see, the latest first, as the cluster tells now. */
  async events(ctx: RequestContext, clusterId: number, limit: number): Promise<ClusterEvent[]> {
    const visible = visibleTo(ctx);
    return this.access.ask(clusterId, ctx.signal, async (client, signal) =>
      client.listEvents(visible, limit, signal),
    );
  }
}
