import { sql } from 'kysely';
import type { RowSource } from '../../database/rows.js';
import { isAlive, timeOf } from './cluster.rows.js';
import type { ClusterNode } from './node.entity.js';

/** Nodes as plain rows; `silence` is the milliseconds after which a cluster, and with it its nodes, counts as dead. */
export function nodeRows(silence: number): RowSource<ClusterNode> {
  return {
    // Each has its cluster; PostgreSQL leaves out a left join that nothing is read from.
    from: sql`"nodes" as "n" left join "clusters" as "c" on "c"."id" = "n"."cluster_id"`,
    columns: {
      id: { sql: sql.ref('n.id'), kind: 'number' },
      clusterId: { sql: sql.ref('n.cluster_id'), kind: 'number' },
      clusterName: { sql: sql.ref('c.name'), kind: 'string' },
      name: { sql: sql.ref('n.name'), kind: 'string' },
      uid: { sql: sql.ref('n.uid') },
      isReady: { sql: sql`("n"."is_ready" and ${isAlive(silence)})` },
      isSchedulable: { sql: sql.ref('n.is_schedulable') },
      ip: { sql: sql.ref('n.ip') },
      operatingSystem: { sql: sql.ref('n.operating_system') },
      osImage: { sql: sql.ref('n.os_image') },
      architecture: { sql: sql.ref('n.architecture') },
      kernelVersion: { sql: sql.ref('n.kernel_version') },
      kubeletVersion: { sql: sql.ref('n.kubelet_version') },
      cpu: { sql: sql.ref('n.cpu'), kind: 'number' },
      memory: { sql: sql.ref('n.memory'), kind: 'number' },
      disk: { sql: sql.ref('n.disk'), kind: 'number' },
      gpuMemory: { sql: sql.ref('n.gpu_memory'), kind: 'number' },
      allocatableCpu: { sql: sql.ref('n.allocatable_cpu') },
      allocatableMemory: { sql: sql.ref('n.allocatable_memory') },
      createdAt: { sql: sql.ref('n.created_at'), kind: 'Date', read: timeOf },
    },
    filters: {
      label: {
        sql: sql.ref('l.name'),
        within: (condition) =>
          sql`exists (select 1 from "node_labels" as "l" where "l"."node_id" = "n"."id" and ${condition})`,
      },
    },
    always: ['id', 'clusterId'],
  };
}
