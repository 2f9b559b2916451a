import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { oneOf } from '../../../database/rows.js';
import type { RequestContext } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';
import { SortDirection } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { parse, storableText } from '../../../kernel/validation.js';
import type { AuditService } from '../../identity/index.js';
import { noCluster } from '../clusters/cluster.service.js';
import { NODE_LABELS_CHANGED } from '../edge.topics.js';
import { NodeLabelling, NodeUnlabelling } from './label.inputs.js';
import { ClusterNode, NodeLabel } from '../nodes/node.entity.js';
import { evict, keep } from './labelEviction.service.js';
import { labelsOf } from './labelsOf.js';
import type { EdgeTables } from '../edge.tables.js';
import { Cluster } from '../clusters/cluster.entity.js';
import type { NodeService } from '../nodes/node.service.js';
import { keepLabelCounts } from './nodeLabelCount.service.js';

const KEY = selectionOfFields(['id']);
const BY_KEY = [{ property: 'id', direction: SortDirection.ASC }];

interface Target {
  clusterId: number;
  nodeIds: number[];
}

/** Locks the cluster and the nodes in the order of their keys, so that two calls cannot block each other. */
async function findTarget(em: EntityManager, cluster: string, names: readonly string[]): Promise<Target> {
  const [found] = await rowsBy(em, Cluster, 'name', [cluster], { selection: KEY, lock: 'no key update' });
  if (!found) throw noCluster(cluster);
  const clusterId = found.id;
  const nodes = await rowsBy(em, ClusterNode, 'name', names, {
    selection: KEY,
    scope: { clusterId: { eq: clusterId } },
    order: BY_KEY,
    lock: 'update',
  });
  const idOf = new Map(nodes.map(({ name, id }) => [name, id]));
  const nodeIds = names.map((name) => {
    const id = idOf.get(name);
    if (id !== undefined) return id;
    throw new DomainError(
      'NOT_FOUND',
      `the cluster ${JSON.stringify(cluster)} has no node ${JSON.stringify(name.slice(0, 80))}`,
    );
  });
  return { clusterId, nodeIds };
}

/** Labels of nodes. They are set in Kubernetes too, by a job: what is wanted is recorded in the node's row. */
export class NodeLabelService {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
    private readonly nodes: NodeService,
  ) {}

  /** Every label that a node has, in the cluster or anywhere. */
  async names(ctx: RequestContext, clusterName?: string): Promise<string[]> {
    const cluster = parse(storableText().optional(), clusterName, ['clusterName']);
    const labels = ctx.reader
      .getKysely<EdgeTables>()
      .selectFrom('node_label_counts as k')
      .select('k.name')
      .distinct()
      .orderBy('k.name');
    const wanted =
      cluster === undefined
        ? labels
        : labels.innerJoin('clusters as c', 'c.id', 'k.cluster_id').where('c.name', '=', cluster);
    return (await wanted.execute()).map(({ name }) => name);
  }

  /** The labels of a node, by name. */
  async of(ctx: RequestContext, nodeId: number): Promise<string[]> {
    const loader = ctx.loaders.of<number, string[]>(NodeLabel, async (ids) => labelsOf(ctx.reader, ids));
    return loader.load(nodeId);
  }

  /** Idempotent. NOT_FOUND for an unknown cluster or node, and then nothing changes. */
  async add(ctx: RequestContext, input: NodeLabelling, root: readonly string[] = []): Promise<ClusterNode[]> {
    const labelling = parse(NodeLabelling, input, root);
    return this.#change(ctx, labelling, 'node.label', async (em, { clusterId, nodeIds }) => {
      const label = { cluster_id: clusterId, name: labelling.nodeLabel, created_at: NOW };
      const added = await em
        .getKysely<EdgeTables>()
        .insertInto('node_labels')
        .values(nodeIds.map((id) => ({ node_id: id, ...label })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('node_id')
        .execute();
      await keep(em, clusterId, labelling.nodeName, labelling.nodeLabel);
      return added.map(({ node_id: id }) => id);
    });
  }

  /** Idempotent. NOT_FOUND for an unknown cluster or node, and then nothing changes. */
  async remove(
    ctx: RequestContext,
    input: NodeUnlabelling,
    root: readonly string[] = [],
  ): Promise<ClusterNode[]> {
    const labelling = parse(NodeUnlabelling, input, root);
    return this.#change(ctx, labelling, 'node.unlabel', async (em, { nodeIds }) => {
      const removed = await em
        .getKysely<EdgeTables>()
        .deleteFrom('node_labels')
        .where('name', '=', labelling.nodeLabel)
        .where('node_id', '=', oneOf(nodeIds, 'int'))
        .returning('node_id')
        .execute();
      const ids = removed.map(({ node_id: id }) => id);
      if (labelling.deleteDeploy && ids.length > 0) await evict(em, ids, labelling.nodeLabel);
      return ids;
    });
  }

  async #change(
    ctx: RequestContext,
    { clusterName, nodeName, nodeLabel }: NodeLabelling,
    action: 'node.label' | 'node.unlabel',
    write: (em: EntityManager, target: Target) => Promise<number[]>,
  ): Promise<ClusterNode[]> {
    const nodeIds = await ctx.em.transactional(async (em) => {
      const target = await findTarget(em, clusterName, nodeName);
      const nodes = { clusterId: target.clusterId, names: nodeName };
      const changed = await keepLabelCounts(em, nodes, async () => write(em, target));
      if (changed.length === 0) return target.nodeIds;
      const named = await em
        .getKysely<EdgeTables>()
        .updateTable('nodes')
        .set(({ eb }) => ({ labels_wanted: eb('labels_wanted', '+', 1) }))
        .where('id', '=', oneOf(changed, 'int'))
        .returning('name')
        .execute();
      const values = { nodeLabel, nodes: named.map(({ name }) => name).toSorted() };
      const labelled = { type: 'Cluster', id: target.clusterId, businessId: null, values };
      const isNew = action === 'node.label';
      this.trail.record(em, ctx, action, isNew ? null : labelled, isNew ? labelled : null);
      await this.database.notifications.publish(em, NODE_LABELS_CHANGED, { clusterId: target.clusterId });
      return target.nodeIds;
    });
    ctx.loaders.clear();
    return this.nodes.findMany(ctx, nodeIds);
  }
}
