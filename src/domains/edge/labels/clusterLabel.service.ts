import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { allRows, rowsBy } from '../../../database/rowsBy.js';
import { oneOf } from '../../../database/rows.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { type NumberedPage, SortDirection, windowOf } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { parse } from '../../../kernel/validation.js';
import type { AuditService } from '../../identity/index.js';
import { Cluster, ClusterLabel } from '../clusters/cluster.entity.js';
import { ClusterList } from '../clusters/cluster.inputs.js';
import { type ClusterService, noCluster } from '../clusters/cluster.service.js';
import type { EdgeTables } from '../edge.tables.js';
import { CLUSTER_CHANGED } from '../edge.topics.js';
import { ClusterLabelling, ClusterUnlabelling } from './label.inputs.js';

const KEY = selectionOfFields(['id']);
const BY_KEY = [{ property: 'id', direction: SortDirection.ASC }];
const ALIVE_FIRST = [{ property: 'isReady', direction: SortDirection.DESC }, ...BY_KEY];
const OLDEST_FIRST = [
  { property: 'createdAt', direction: SortDirection.ASC },
  { property: 'name', direction: SortDirection.ASC },
];

/** Whether a label, where something is chosen by it, means everything. */
export const isEveryone = (label: string): boolean => label === '' || label === 'all';

/** Labels of clusters, by which deployments choose them. */
export class ClusterLabelService {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
    private readonly clusters: ClusterService,
  ) {}

  /** Every label that a cluster has. */
  async names(ctx: RequestContext): Promise<string[]> {
    const labels = await ctx.reader
      .getKysely<EdgeTables>()
      .selectFrom('cluster_labels')
      .select('name')
      .distinct()
      .orderBy('name')
      .execute();
    return labels.map(({ name }) => name);
  }

  /** Keys of the clusters that have the label, of all where it is empty or `all`; those that are alive come first. */
  async chosenBy(reader: Reader, label: string): Promise<number[]> {
    const wanted = { selection: KEY, paths: ClusterList.paths, order: ALIVE_FIRST };
    const scope = isEveryone(label) ? {} : { label: { eq: label } };
    const chosen = await allRows(reader, Cluster, { ...wanted, scope });
    return chosen.map(({ id }) => id);
  }

  /** The labels of one cluster, oldest first. NOT_FOUND for an unknown cluster. */
  async search(
    ctx: RequestContext,
    clusterName: string,
    page: NumberedPage,
  ): Promise<[ClusterLabel[], number]> {
    const cluster = await this.clusters.findByName(ctx, clusterName);
    if (!cluster) throw noCluster(clusterName);
    const labels = await this.of(ctx, cluster.id);
    const { offset, limit } = windowOf(page);
    return [labels.slice(offset, offset + limit), labels.length];
  }

  /** The labels of a cluster, oldest first. */
  async of(ctx: RequestContext, clusterId: number): Promise<ClusterLabel[]> {
    const loader = ctx.loaders.of<number, ClusterLabel[]>(ClusterLabel, async (ids) => {
      const labels = await rowsBy(ctx.reader, ClusterLabel, 'clusterId', ids, { order: OLDEST_FIRST });
      const byCluster = Map.groupBy(labels, ({ clusterId: id }) => id);
      return ids.map((id) => byCluster.get(id) ?? []);
    });
    return loader.load(clusterId);
  }

  /** Idempotent. NOT_FOUND for an unknown cluster, and then nothing changes. */
  async add(ctx: RequestContext, input: ClusterLabelling, root: readonly string[] = []): Promise<Cluster[]> {
    const { clusterName, clusterLabel: label } = parse(ClusterLabelling, input, root);
    return this.#change(ctx, clusterName, label, 'cluster.label', async (em, ids) =>
      em
        .getKysely<EdgeTables>()
        .insertInto('cluster_labels')
        .values(ids.map((id) => ({ cluster_id: id, name: label, created_at: NOW })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('cluster_id as id')
        .execute(),
    );
  }

  /** Idempotent. NOT_FOUND for an unknown cluster, and then nothing changes. */
  async remove(
    ctx: RequestContext,
    input: ClusterLabelling,
    root: readonly string[] = [],
  ): Promise<Cluster[]> {
    const { clusterName, clusterLabel: label } = parse(ClusterUnlabelling, input, root);
    return this.#change(ctx, clusterName, label, 'cluster.unlabel', async (em, ids) =>
      em
        .getKysely<EdgeTables>()
        .deleteFrom('cluster_labels')
        .where('name', '=', label)
        .where('cluster_id', '=', oneOf(ids, 'int'))
        .returning('cluster_id as id')
        .execute(),
    );
  }

  async #change(
    ctx: RequestContext,
    names: readonly string[],
    label: string,
    action: 'cluster.label' | 'cluster.unlabel',
    write: (em: EntityManager, ids: readonly number[]) => Promise<{ id: number }[]>,
  ): Promise<Cluster[]> {
    const known = await ctx.em.transactional(async (em) => {
      // In the order of their keys, so that two calls cannot block each other.
      const found = await rowsBy(em, Cluster, 'name', names, {
        selection: KEY,
        order: BY_KEY,
        lock: 'key share',
      });
      const idOf = new Map(found.map(({ name, id }) => [name, id]));
      const ids = names.map((name) => {
        const id = idOf.get(name);
        if (id === undefined) throw noCluster(name);
        return id;
      });
      const changed = await write(em, ids);
      for (const { id } of changed) {
        await this.database.notifications.publish(em, CLUSTER_CHANGED, { id, change: 'UPDATED' });
        const labelled = { type: 'Cluster', id, businessId: null, values: { clusterLabel: label } };
        const isNew = action === 'cluster.label';
        this.trail.record(em, ctx, action, isNew ? null : labelled, isNew ? labelled : null);
      }
      return ids;
    });
    ctx.loaders.clear();
    return Promise.all(known.map(async (id) => this.clusters.get(ctx, id)));
  }
}
