import { oneOf } from '../../../database/rows.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import type { ResourceAmount } from './cluster.entity.js';
import type { ClusterClient, ClusterEvent, VisibleNamespaces } from './cluster.port.js';
import { namespaceOf } from './namespace.service.js';
import { type ClusterAccess, withDeadline } from './clusterAccess.service.js';
import { LastTold, type Reading } from './lastTold.js';
import type { EdgeTables } from '../edge.tables.js';

export const MAX_EVENTS = 500;

const ALLOCATABLE = {};

/** What a cluster is asked. */
interface Question<T> {
  /** Tells it from all others. */
  name: string;
  ask: (client: ClusterClient, signal: AbortSignal) => Promise<T>;
}

const REQUESTED: Question<ResourceAmount> = {
  name: 'requested',
  ask: async (client, signal) => client.requested(signal),
};

/** Names of pods and images are those of the business that runs them. */
function visibleTo(ctx: RequestContext): VisibleNamespaces {
  const { role, businessId } = requirePrincipal(ctx);
  if (role === 4) return 'all';
  return businessId === null ? [] : [namespaceOf(businessId)];
}

function eventsFor(ctx: RequestContext, limit: number): Question<ClusterEvent[]> {
  if (limit < 1 || limit > MAX_EVENTS) {
    throw badInput([{ path: 'limit', message: `must be from 1 to ${MAX_EVENTS}` }]);
  }
  const visible = visibleTo(ctx);
  return {
    name: `events ${limit} ${visible === 'all' ? visible : `[${visible.join()}]`}`,
    ask: async (client, signal) => client.listEvents(visible, limit, signal),
  };
}

/** What goes on in a cluster: its events, what it offers and what its pods ask for. */
export class CapacityService {
  readonly #events = new LastTold<ClusterEvent[]>();
  readonly #requested = new LastTold<ResourceAmount>();

  constructor(
    private readonly access: ClusterAccess,
    /** Longest wait for a cluster, in milliseconds. */
    private readonly patience: number,
  ) {}

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
    return this.#now(ctx, this.#requested, REQUESTED, clusterId);
  }

  /** The same, or as it told last. */
  async lastRequested(ctx: RequestContext, clusterId: number): Promise<Reading<ResourceAmount>> {
    return this.#nowOrLast(ctx, this.#requested, REQUESTED, clusterId);
  }

  /** Those that the caller may see, the latest first, as the cluster tells now. */
  async events(ctx: RequestContext, clusterId: number, limit: number): Promise<ClusterEvent[]> {
    return this.#now(ctx, this.#events, eventsFor(ctx, limit), clusterId);
  }

  /** The same, or as it told last. */
  async lastEvents(ctx: RequestContext, clusterId: number, limit: number): Promise<Reading<ClusterEvent[]>> {
    return this.#nowOrLast(ctx, this.#events, eventsFor(ctx, limit), clusterId);
  }

  /** The same question of one request is asked once. */
  async #now<T extends object>(
    ctx: RequestContext,
    told: LastTold<T>,
    { name, ask }: Question<T>,
    clusterId: number,
  ): Promise<T> {
    const loader = ctx.loaders.of<number, T>(name, async (ids) =>
      Promise.all(
        ids.map(async (id) => {
          try {
            return told.keep(`${id} ${name}`, await this.access.ask(id, ctx.signal, ask, this.patience))
              .value;
          } catch (error) {
            return error as Error;
          }
        }),
      ),
    );
    return loader.load(clusterId);
  }

  async #nowOrLast<T extends object>(
    ctx: RequestContext,
    told: LastTold<T>,
    { name, ask }: Question<T>,
    clusterId: number,
  ): Promise<Reading<T>> {
    // Goes on when the caller does not wait any more.
    const { signal } = new AbortController();
    return told.read(
      `${clusterId} ${name}`,
      async () => this.access.ask(clusterId, signal, ask),
      async (asked) => withDeadline(ctx.signal, async () => asked, this.patience),
    );
  }
}
