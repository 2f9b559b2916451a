import { sql } from 'kysely';
import { RowSource, timeOf } from '../../../database/rows.js';
import type { Cluster } from './cluster.entity.js';

/** Whether the cluster has answered within `silence` milliseconds, by the database's clock, which all replicas share. */
export const aliveSql = (silence: number): string =>
  `coalesce("c"."last_seen_at" > now() - ${silence} * interval '1 ms', false)`;

/** Clusters as plain rows; `silence` is the milliseconds after which one counts as dead. */
export function clusterRows(silence: number): RowSource<Cluster> {
  const alive = aliveSql(silence);
  return new RowSource({
    from: '"clusters" as "c"',
    columns: {
      id: { sql: '"c"."id"', kind: 'number' },
      name: { sql: '"c"."name"', kind: 'string' },
      uid: { sql: '"c"."uid"' },
      revision: { sql: '"c"."revision"' },
      version: { sql: '"c"."version"', kind: 'string' },
      createdAt: { sql: '"c"."created_at"', kind: 'Date', read: timeOf },
      updatedAt: { sql: '"c"."updated_at"', kind: 'Date', read: timeOf },
      lastSeenAt: { sql: '"c"."last_seen_at"', read: timeOf },
      isReady: { sql: alive },
      failure: { sql: '"c"."failure"' },
      nodeCount: { sql: '"c"."node_count"', kind: 'number' },
      readyNodeCount: { sql: `case when ${alive} then "c"."ready_node_count" else 0 end` },
    },
    filters: {
      label: {
        sql: '"l"."name"',
        within: (condition) =>
          sql`exists (select 1 from "cluster_labels" as "l" where "l"."cluster_id" = "c"."id" and ${condition})`,
      },
    },
    always: ['id'],
  });
}
