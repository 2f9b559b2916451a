import { sql } from 'kysely';
import { RowSource, timeOf } from '../../../database/rows.js';
import { clusterRows, aliveSql } from '../clusters/cluster.rows.js';
import type { ClusterNode } from './node.entity.js';

/** Nodes as plain rows; `silence` is the milliseconds after which a cluster, and with it its nodes, counts as dead. */
export function nodeRows(silence: number): RowSource<ClusterNode> {
  return new RowSource({
    // Each has its cluster; PostgreSQL leaves out a left join that nothing is read from.
    from: '"nodes" as "n" left join "clusters" as "c" on "c"."id" = "n"."cluster_id"',
    columns: {
      id: { sql: '"n"."id"', kind: 'number' },
      clusterId: { sql: '"n"."cluster_id"', kind: 'number' },
      clusterName: { sql: '"c"."name"', kind: 'string' },
      name: { sql: '"n"."name"', kind: 'string' },
      uid: { sql: '"n"."uid"' },
      isReady: { sql: `("n"."is_ready" and ${aliveSql(silence)})` },
      isSchedulable: { sql: '"n"."is_schedulable"' },
      ip: { sql: '"n"."ip"' },
      operatingSystem: { sql: '"n"."operating_system"' },
      osImage: { sql: '"n"."os_image"' },
      architecture: { sql: '"n"."architecture"' },
      kernelVersion: { sql: '"n"."kernel_version"' },
      kubeletVersion: { sql: '"n"."kubelet_version"' },
      cpu: { sql: '"n"."cpu"', kind: 'number' },
      memory: { sql: '"n"."memory"', kind: 'number' },
      disk: { sql: '"n"."disk"', kind: 'number' },
      gpuMemory: { sql: '"n"."gpu_memory"', kind: 'number' },
      allocatableCpu: { sql: '"n"."allocatable_cpu"' },
      allocatableMemory: { sql: '"n"."allocatable_memory"' },
      createdAt: { sql: '"n"."created_at"', kind: 'Date', read: timeOf },
    },
    filters: {
      label: {
        sql: '"l"."name"',
        within: (condition) =>
          sql`exists (select 1 from "node_labels" as "l" where "l"."node_id" = "n"."id" and ${condition})`,
      },
    },
    always: ['id', 'clusterId'],
    joined: { cluster: clusterRows(silence) },
  });
}
