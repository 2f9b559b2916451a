import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { rowsOf } from '../../../database/rows.js';
import type { RequestContext } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';
import { SortDirection } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { parse, storableText } from '../../../kernel/validation.js';
import type { AuditService } from '../../identity/index.js';
import { noCluster } from '../clusters/cluster.service.js';
import { NODE_LABELS_CHANGED } from '../edge.topics.js';
import { NodeLabelling, NodeUnlabelling } from './label.inputs.js';
import { type ClusterNode, NodeLabel } from '../nodes/node.entity.js';
import type { NodeService } from '../nodes/node.service.js';
import { keepLabelCounts } from './nodeLabelCount.service.js';

const NAME = selectionOfFields(['name']);
const BY_NAME = [{ property: 'name', direction: SortDirection.ASC }];

interface Target {
  clusterId: number;
  nodeIds: number[];
}

/** Locks the cluster and the nodes in the order of their keys, so that two calls cannot block each other. */
async function findTarget(em: EntityManager, cluster: string, names: readonly string[]): Promise<Target> {
  const [found] = await rowsOf(
    em,
    sql`select "id" from "clusters" where "name" = ${cluster} for no key update`,
  );
  if (!found) throw noCluster(cluster);
  const clusterId = Number(found['id']);
  const rows = await rowsOf(
    em,
    sql`select "id", "name" from "nodes" where "cluster_id" = ${clusterId} and "name" in (${sql.join(names)})
      order by "id" for update`,
  );
  const idOf = new Map(rows.map((row) => [String(row['name']), Number(row['id'])]));
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
    const inCluster =
      cluster === undefined
        ? sql``
        : sql`join "clusters" as "c" on "c"."id" = "k"."cluster_id" and "c"."name" = ${cluster}`;
    const rows = await rowsOf(
      ctx.reader,
      sql`select distinct "k"."name" from "node_label_counts" as "k" ${inCluster} order by "k"."name"`,
    );
    return rows.map((row) => String(row['name']));
  }

  /** The labels of a node, by name. */
  async of(ctx: RequestContext, nodeId: number): Promise<string[]> {
    const loader = ctx.loaders.of<number, string[]>(NodeLabel, async (ids) => {
      const labels = await rowsBy(ctx.reader, NodeLabel, 'nodeId', ids, { selection: NAME, order: BY_NAME });
      const byNode = Map.groupBy(labels, (label) => label.nodeId);
      return ids.map((id) => (byNode.get(id) ?? []).map(({ name }) => name));
    });
    return loader.load(nodeId);
  }

  /** Idempotent. NOT_FOUND for an unknown cluster or node, and then nothing changes. */
  async add(ctx: RequestContext, input: NodeLabelling, root: readonly string[] = []): Promise<ClusterNode[]> {
    const labelling = parse(NodeLabelling, input, root);
    return this.#change(ctx, labelling, 'node.label', async (em, { clusterId, nodeIds }) => {
      const rows = nodeIds.map((id) => sql`(${id}, ${clusterId}, ${labelling.nodeLabel}, now())`);
      return rowsOf(
        em,
        sql`insert into "node_labels" ("node_id", "cluster_id", "name", "created_at")
          values ${sql.join(rows)} on conflict do nothing returning "node_id"`,
      );
    });
  }

  /** Idempotent. NOT_FOUND for an unknown cluster or node, and then nothing changes. */
  async remove(
    ctx: RequestContext,
    input: NodeLabelling,
    root: readonly string[] = [],
  ): Promise<ClusterNode[]> {
    const labelling = parse(NodeUnlabelling, input, root);
    return this.#change(ctx, labelling, 'node.unlabel', async (em, { nodeIds }) =>
      rowsOf(
        em,
        sql`delete from "node_labels" where "name" = ${labelling.nodeLabel} and "node_id" in (${sql.join(nodeIds)}) returning "node_id"`,
      ),
    );
  }

  async #change(
    ctx: RequestContext,
    { clusterName, nodeName, nodeLabel }: NodeLabelling,
    action: 'node.label' | 'node.unlabel',
    write: (em: EntityManager, target: Target) => Promise<Record<string, unknown>[]>,
  ): Promise<ClusterNode[]> {
    const nodeIds = await ctx.em.transactional(async (em) => {
      const target = await findTarget(em, clusterName, nodeName);
      const nodes = { clusterId: target.clusterId, names: nodeName };
      const written = await keepLabelCounts(em, nodes, async () => write(em, target));
      const changed = written.map((row) => Number(row['node_id']));
      if (changed.length === 0) return target.nodeIds;
      const named = await rowsOf(
        em,
        sql`update "nodes" set "labels_wanted" = "labels_wanted" + 1 where "id" in (${sql.join(changed)}) returning "name"`,
      );
      const value = { nodeLabel, nodes: named.map((row) => String(row['name'])).toSorted() };
      this.trail.record(em, ctx, {
        action,
        objectType: 'Cluster',
        objectId: target.clusterId,
        businessId: null,
        before: action === 'node.label' ? null : value,
        after: action === 'node.label' ? value : null,
      });
      await this.database.notifications.publish(em, NODE_LABELS_CHANGED, { clusterId: target.clusterId });
      return target.nodeIds;
    });
    ctx.loaders.clear();
    return this.nodes.findMany(ctx, nodeIds);
  }
}
