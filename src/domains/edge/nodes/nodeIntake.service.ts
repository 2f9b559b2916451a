import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import type { Database } from '../../../database/database.js';
import { oneOf, rowsOf } from '../../../database/rows.js';
import { upsert } from '../../../database/upsert.js';
import { ClusterNode } from './node.entity.js';
import type { NodeChange, NodeState } from '../clusters/cluster.port.js';
import { keepLabels, restoreLabels } from '../labels/departedLabel.service.js';
import type { EdgeTables } from '../edge.tables.js';
import { CLUSTER_CHANGED, NODE_LABELS_CHANGED } from '../edge.topics.js';
import { keepLabelCounts } from '../labels/nodeLabelCount.service.js';

/** Nodes in one statement. */
const BATCH = 500;

/** What a cluster reports of a node: as it is stored, and which labels of ours it has there. */
type ReportedNode = ReturnType<typeof reportedNode>;

function reportedNode(clusterId: number, { labels, ownLabels, allocatable, isReady, ...node }: NodeState) {
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const row = {
    ...node,
    clusterId,
    reportedReady: isReady,
    kubernetesLabels: Object.fromEntries(sorted),
    allocatableCpu: allocatable.cpu,
    allocatableMemory: allocatable.memory,
  };
  const hash = createHash('sha256').update(JSON.stringify(row)).digest('base64url');
  return { row: { ...row, hash }, ownLabels };
}

function batchesOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / BATCH);
  return Array.from({ length: count }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH));
}

/** Takes in what clusters tell of their nodes and writes only what differs. */
export class NodeIntake {
  constructor(
    private readonly database: Database,
    private readonly leases: { lock: (em: EntityManager, clusterId: number) => Promise<unknown> },
  ) {}

  async ingest(clusterId: number, change: NodeChange): Promise<void> {
    if (change.kind === 'gone') return this.#write(clusterId, [], [change.name]);
    const em = this.database.fork();
    const given = change.kind === 'all' ? change.nodes : [change.node];
    const nodes = [...new Map(given.map((node) => [node.name, reportedNode(clusterId, node)])).values()];
    const stored = em
      .getKysely<EdgeTables>()
      .selectFrom('nodes')
      .select(['name', 'hash'])
      .where('cluster_id', '=', clusterId);
    const known = change.kind === 'all' ? stored : stored.where('name', '=', change.node.name);
    const hashOf = new Map((await known.execute()).map(({ name, hash }) => [name, hash]));
    const changed = nodes.filter(({ row }) => hashOf.get(row.name) !== row.hash);
    for (const { row } of nodes) hashOf.delete(row.name);
    return this.#write(clusterId, changed, [...hashOf.keys()]);
  }

  async #write(clusterId: number, changed: readonly ReportedNode[], gone: readonly string[]): Promise<void> {
    if (changed.length === 0 && gone.length === 0) return;
    await this.database.fork().transactional(async (em) => {
      await this.leases.lock(em, clusterId);
      const names = [...changed.map(({ row }) => row.name), ...gone];
      await keepLabelCounts(em, { clusterId, names }, async () => {
        for (const batch of batchesOf(changed)) await this.#upsert(em, clusterId, batch);
        for (const batch of batchesOf(gone)) await this.#delete(em, clusterId, batch);
      });
      await this.#count(em, clusterId);
    });
  }

  async #upsert(em: EntityManager, clusterId: number, batch: readonly ReportedNode[]): Promise<void> {
    const rows = batch.map(({ row }) => row);
    await upsert(em, ClusterNode, rows, ['clusterId', 'name']);
    await restoreLabels(
      em,
      clusterId,
      rows.map(({ name }) => name),
    );
    const given = JSON.stringify(
      batch.map(({ row, ownLabels }) => ({ name: row.name, own_labels: ownLabels })),
    );
    // Made anew, registered before, or changed by somebody: such a node has other labels than it shall have.
    // SQL, since what each node of the batch reports is compared with its own labels in one statement.
    const differing = await rowsOf(
      em,
      sql`update "nodes" as "n" set "labels_wanted" = "n"."labels_wanted" + 1
        from json_to_recordset(${given}::json) as "given" ("name" text, "own_labels" jsonb)
        where "n"."cluster_id" = ${clusterId} and "n"."name" = "given"."name" and "n"."labels_wanted" = "n"."labels_applied"
          and "given"."own_labels" <> coalesce((select jsonb_agg("l"."name" order by "l"."name" collate "C")
            from "node_labels" as "l" where "l"."node_id" = "n"."id"), '[]') returning 1`,
    );
    if (differing.length > 0)
      await this.database.notifications.publish(em, NODE_LABELS_CHANGED, { clusterId });
  }

  async #delete(em: EntityManager, clusterId: number, names: readonly string[]): Promise<void> {
    await keepLabels(em, clusterId, names);
    await em
      .getKysely<EdgeTables>()
      .deleteFrom('nodes')
      .where('cluster_id', '=', clusterId)
      .where('name', '=', oneOf(names, 'text'))
      .execute();
  }

  /** Keeps the cluster's counts and tells when they change. */
  async #count(em: EntityManager, clusterId: number): Promise<void> {
    // SQL, since it counts and writes only what differs, in one statement.
    const changed = await rowsOf(
      em,
      sql`update "clusters" as "c" set "node_count" = "n"."total", "ready_node_count" = "n"."ready"
        from (select count(*)::int as "total", count(*) filter (where "is_ready")::int as "ready"
          from "nodes" where "cluster_id" = ${clusterId}) as "n"
        where "c"."id" = ${clusterId} and ("c"."node_count", "c"."ready_node_count") <> ("n"."total", "n"."ready")
        returning "c"."id"`,
    );
    if (changed.length === 0) return;
    await this.database.notifications.publish(em, CLUSTER_CHANGED, { id: clusterId, change: 'UPDATED' });
  }
}
