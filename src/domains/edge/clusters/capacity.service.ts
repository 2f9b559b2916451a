import { oneOf } from '../../../database/rows.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import type { ResourceAmount } from './cluster.entity.js';
import type { ClusterEvent, VisibleNamespaces } from './cluster.port.js';
import { namespaceOf } from './namespace.service.js';
import type { ClusterAccess } from './clusterAccess.service.js';
import type { EdgeTables } from '../edge.tables.js';

export const MAX_EVENTS = 500;

const ALLOCATABLE = {};
const REQUESTED = {};

/** The same question of one request is asked once. */
async function asked<T>(
  ctx: RequestContext,
  question: object | string,
  clusterId: number,
  ask: (clusterId: number) => Promise<T>,
): Promise<T> {
  const loader = ctx.loaders.of<number, T>(question, async (ids) =>
    Promise.all(ids.map(async (id) => ask(id).catch((error: unknown) => error as Error))),
  );
  return loader.load(clusterId);
}

/** Names of pods and images are those of the business that runs them. */
function visibleTo(ctx: RequestContext): VisibleNamespaces {
  const { role, businessId } = requirePrincipal(ctx);
  if (role === 4) return 'all';
  return businessId === null ? [] : [namespaceOf(businessId)];
}

/** What goes on in a cluster: its events, what it offers and what its pods ask for. */
export class CapacityService {
  constructor(private readonly access: ClusterAccess) {}

  /** As the nodes last reported. */
  async allocatable(ctx: RequestContext, clusterId: number): Promise<ResourceAmount> {
    const loader = ctx.loaders.of<number, ResourceAmount>(ALLOCATABLE, async (ids) => {
      const sums = await ctx.reader
        .getKysely<EdgeTables>()
        .selectFrom('nodes')
        .select(({ fn }) => [
          'cluster_id',
          fn.sum('allocatable_cpu').as('cpu'),
          fn.sum('allocatable_memory').as('memory'),
        ])
        .where('cluster_id', '=', oneOf(ids, 'int'))
        .groupBy('cluster_id')
        .execute();
      const byCluster = new Map(
        sums.map(({ cluster_id: id, cpu, memory }) => [id, { cpu: Number(cpu), memory: Number(memory) }]),
      );
      return ids.map((id) => byCluster.get(id) ?? { cpu: 0, memory: 0 });
    });
    return loader.load(clusterId);
  }

  /** By all pods that are not finished, as the cluster tells now. */
  async requested(ctx: RequestContext, clusterId: number): Promise<ResourceAmount> {
    return asked(ctx, REQUESTED, clusterId, async (id) =>
      this.access.ask(id, ctx.signal, async (client, signal) => client.requested(signal)),
    );
  }

  /** Those that the caller may see, the latest first, as the cluster tells now. */
  async events(ctx: RequestContext, clusterId: number, limit: number): Promise<ClusterEvent[]> {
    if (limit < 1 || limit > MAX_EVENTS) {
      throw badInput([{ path: 'limit', message: `must be from 1 to ${MAX_EVENTS}` }]);
    }
    const visible = visibleTo(ctx);
    return asked(ctx, `events ${limit}`, clusterId, async (id) =>
      this.access.ask(id, ctx.signal, async (client, signal) => client.listEvents(visible, limit, signal)),
    );
  }
}
