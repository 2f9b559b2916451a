import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { RowSource } from '../../database/rows.js';
import type { Cluster } from './cluster.entity.js';

export const timeOf = (value: string): Date => new Date(value);

/** Whether the cluster has answered within `silence` milliseconds, by the database's clock, which all replicas share. */
export function isAlive(silence: number): RawBuilder<SqlBool> {
  return sql`coalesce("c"."last_seen_at" > now() - ${sql.lit(silence)} * interval '1 ms', false)`;
}

/** Clusters as plain rows; `silence` is the milliseconds after which one counts as dead. */
export function clusterRows(silence: number): RowSource<Cluster> {
  const alive = isAlive(silence);
  return {
    from: sql`"clusters" as "c"`,
    columns: {
      id: { sql: sql.ref('c.id'), kind: 'number' },
      name: { sql: sql.ref('c.name'), kind: 'string' },
      uid: { sql: sql.ref('c.uid') },
      version: { sql: sql.ref('c.version'), kind: 'string' },
      createdAt: { sql: sql.ref('c.created_at'), kind: 'Date', read: timeOf },
      updatedAt: { sql: sql.ref('c.updated_at'), kind: 'Date', read: timeOf },
      lastSeenAt: { sql: sql.ref('c.last_seen_at'), read: timeOf },
      isReady: { sql: alive },
      failure: { sql: sql.ref('c.failure') },
      nodeCount: { sql: sql.ref('c.node_count'), kind: 'number' },
      readyNodeCount: { sql: sql`case when ${alive} then "c"."ready_node_count" else 0 end` },
    },
    filters: {
      label: {
        sql: sql.ref('l.name'),
        within: (condition) =>
          sql`exists (select 1 from "cluster_labels" as "l" where "l"."cluster_id" = "c"."id" and ${condition})`,
      },
    },
    always: ['id'],
  };
}
