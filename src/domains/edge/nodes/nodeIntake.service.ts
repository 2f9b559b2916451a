import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import type { Database } from '../../../database/database.js';
import { isAmongNames, rowsOf } from '../../../database/rows.js';
import type { NodeChange, NodeState } from '../clusters/cluster.port.js';
import { keepLabels, restoreLabels } from '../labels/departedLabel.service.js';
import { CLUSTER_CHANGED, NODE_LABELS_CHANGED } from '../edge.topics.js';
import type { LeaseService } from '../watching/lease.service.js';
import { keepLabelCounts } from '../labels/nodeLabelCount.service.js';

/** Nodes in one statement. */
const BATCH = 500;

/** Columns of a reported node and their types. */
const COLUMNS = {
  uid: 'text',
  name: 'text',
  kubernetes_labels: 'jsonb',
  is_ready: 'boolean',
  is_schedulable: 'boolean',
  ip: 'text',
  operating_system: 'text',
  os_image: 'text',
  architecture: 'text',
  kernel_version: 'text',
  kubelet_version: 'text',
  cpu: 'double precision',
  memory: 'bigint',
  disk: 'bigint',
  gpu_memory: 'bigint',
  allocatable_cpu: 'double precision',
  allocatable_memory: 'bigint',
  created_at: 'timestamptz',
  hash: 'text',
} as const;

type NodeRow = Record<keyof typeof COLUMNS, unknown> & {
  name: string;
  hash: string;
  /** As the cluster tells them; compared with those that it shall have. */
  own_labels: readonly string[];
};

const names = Object.keys(COLUMNS);
const COLUMN_LIST = sql.join(names.map((name) => sql.ref(name)));
const RECORD = sql.raw(
  Object.entries(COLUMNS)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(),
);
const ASSIGNMENTS = sql.raw(names.map((name) => `"${name}" = excluded."${name}"`).join());

function rowOf(node: NodeState): NodeRow {
  const labels = Object.fromEntries(
    Object.entries(node.labels).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  const row = {
    uid: node.uid,
    name: node.name,
    kubernetes_labels: labels,
    is_ready: node.isReady,
    is_schedulable: node.isSchedulable,
    ip: node.ip,
    operating_system: node.operatingSystem,
    os_image: node.osImage,
    architecture: node.architecture,
    kernel_version: node.kernelVersion,
    kubelet_version: node.kubeletVersion,
    cpu: node.cpu,
    memory: node.memory,
    disk: node.disk,
    gpu_memory: node.gpuMemory,
    allocatable_cpu: node.allocatable.cpu,
    allocatable_memory: node.allocatable.memory,
    created_at: node.createdAt.toISOString(),
  };
  return {
    ...row,
    own_labels: node.ownLabels,
    hash: createHash('sha256').update(JSON.stringify(row)).digest('base64url'),
  };
}

function batchesOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / BATCH);
  return Array.from({ length: count }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH));
}

/** Takes in what clusters tell of their nodes and writes only what differs. */
export class NodeIntake {
  constructor(
    private readonly database: Database,
    private readonly leases: Pick<LeaseService, 'lock'>,
  ) {}

  async ingest(clusterId: number, change: NodeChange): Promise<void> {
    if (change.kind === 'gone') return this.#write(clusterId, [], [change.name]);
    const em = this.database.fork();
    const given = change.kind === 'all' ? change.nodes : [change.node];
    const rows = [...new Map(given.map((node) => [node.name, rowOf(node)])).values()];
    const only = change.kind === 'all' ? sql`` : sql`and "name" = ${change.node.name}`;
    const known = await rowsOf(
      em,
      sql`select "name", "hash" from "nodes" where "cluster_id" = ${clusterId} ${only}`,
    );
    const hashOf = new Map(known.map((row) => [String(row['name']), row['hash']]));
    const changed = rows.filter(({ name, hash }) => hashOf.get(name) !== hash);
    for (const { name } of rows) hashOf.delete(name);
    return this.#write(clusterId, changed, [...hashOf.keys()]);
  }

  async #write(clusterId: number, changed: readonly NodeRow[], gone: readonly string[]): Promise<void> {
    if (changed.length === 0 && gone.length === 0) return;
    await this.database.fork().transactional(async (em) => {
      // Another replica may know better by now; if not, all is to be told again.
      if (!(await this.leases.lock(em, clusterId))) throw new Error('the lease of the cluster has run out');
      const names = [...changed.map(({ name }) => name), ...gone];
      await keepLabelCounts(em, { clusterId, names }, async () => {
        for (const batch of batchesOf(changed)) await this.#upsert(em, clusterId, batch);
        for (const batch of batchesOf(gone)) await this.#delete(em, clusterId, batch);
      });
      await this.#count(em, clusterId);
    });
  }

  async #upsert(em: EntityManager, clusterId: number, batch: readonly NodeRow[]): Promise<void> {
    const given = JSON.stringify(batch);
    await rowsOf(
      em,
      sql`insert into "nodes" ("cluster_id", ${COLUMN_LIST})
        select ${clusterId}::int, "given".* from json_to_recordset(${given}::json) as "given" (${RECORD})
        on conflict ("cluster_id", "name") do update set ${ASSIGNMENTS}`,
    );
    await restoreLabels(
      em,
      clusterId,
      batch.map(({ name }) => name),
    );
    // Made anew, registered before, or changed by somebody: such a node has other labels than it shall have.
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
    await rowsOf(
      em,
      sql`delete from "nodes" where "cluster_id" = ${clusterId} and ${isAmongNames('"name"', names)}`,
    );
  }

  /** Keeps the cluster's counts and tells when they change. */
  async #count(em: EntityManager, clusterId: number): Promise<void> {
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
