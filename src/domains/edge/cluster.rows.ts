import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { RowSource } from '../../database/rows.js';
import type { Cluster } from './cluster.entity.js';

export const timeOf = (value: unknown): Date => new Date(String(value));

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Whether the cluster has answered within `silence` milliseconds, by the database's clock, which all replicas share. */
export function isAlive(silence: number): RawBuilder<SqlBool> {
  return sql`coalesce("c"."last_seen_at" > now() - ${silence} * interval '1 ms', false)`;
}

/** Clusters as plain rows; `silence` is the milliseconds after which one counts as dead. */
export function clusterRows(silence: number): RowSource<Cluster> {
  const alive = isAlive(silence);
  const ready = sql`case when ${alive} then "c"."ready_node_count" else 0 end`;
  return {
    select: sql`"c"."id", "c"."name", "c"."uid", "c"."version", "c"."created_at", "c"."updated_at", "c"."last_seen_at",
      "c"."failure", "c"."node_count", ${alive} as "is_ready", ${ready} as "ready_node_count"`,
    from: sql`"clusters" as "c"`,
    columns: {
      id: { sql: sql.ref('c.id'), kind: 'number' },
      name: { sql: sql.ref('c.name'), kind: 'string' },
      version: { sql: sql.ref('c.version'), kind: 'string' },
      createdAt: { sql: sql.ref('c.created_at'), kind: 'Date' },
      updatedAt: { sql: sql.ref('c.updated_at'), kind: 'Date' },
      lastSeenAt: { sql: sql.ref('c.last_seen_at') },
      nodeCount: { sql: sql.ref('c.node_count'), kind: 'number' },
      isReady: { sql: alive },
      label: {
        sql: sql.ref('l.name'),
        within: (condition) =>
          sql`exists (select 1 from "cluster_labels" as "l" where "l"."cluster_id" = "c"."id" and ${condition})`,
      },
    },
    read: (row) => ({
      id: Number(row['id']),
      name: String(row['name']),
      uid: String(row['uid']),
      version: String(row['version']),
      createdAt: timeOf(row['created_at']),
      updatedAt: timeOf(row['updated_at']),
      lastSeenAt: row['last_seen_at'] === null ? null : timeOf(row['last_seen_at']),
      failure: textOf(row['failure']),
      nodeCount: Number(row['node_count']),
      readyNodeCount: Number(row['ready_node_count']),
      isReady: row['is_ready'] === true,
    }),
  };
}
