import { sql } from 'kysely';
import type { RowSource } from '../../database/rows.js';
import { isAlive, textOf, timeOf } from './cluster.rows.js';
import type { ClusterNode } from './node.entity.js';

/** Nodes as plain rows; `silence` is the milliseconds after which a cluster, and with it its nodes, counts as dead. */
export function nodeRows(silence: number): RowSource<ClusterNode> {
  const ready = sql`("n"."is_ready" and ${isAlive(silence)})`;
  return {
    select: sql`"n"."id", "n"."cluster_id", "c"."name" as "cluster_name", "n"."uid", "n"."name", ${ready} as "is_ready",
      "n"."is_schedulable", "n"."ip", "n"."operating_system", "n"."os_image", "n"."architecture", "n"."kernel_version",
      "n"."kubelet_version", "n"."cpu", "n"."memory", "n"."disk", "n"."gpu_memory", "n"."allocatable_cpu",
      "n"."allocatable_memory", "n"."created_at"`,
    from: sql`"nodes" as "n" join "clusters" as "c" on "c"."id" = "n"."cluster_id"`,
    columns: {
      id: { sql: sql.ref('n.id'), kind: 'number' },
      clusterId: { sql: sql.ref('n.cluster_id'), kind: 'number' },
      clusterName: { sql: sql.ref('c.name'), kind: 'string' },
      name: { sql: sql.ref('n.name'), kind: 'string' },
      ip: { sql: sql.ref('n.ip') },
      operatingSystem: { sql: sql.ref('n.operating_system') },
      architecture: { sql: sql.ref('n.architecture') },
      kernelVersion: { sql: sql.ref('n.kernel_version') },
      kubeletVersion: { sql: sql.ref('n.kubelet_version') },
      isReady: { sql: ready },
      isSchedulable: { sql: sql.ref('n.is_schedulable') },
      cpu: { sql: sql.ref('n.cpu'), kind: 'number' },
      memory: { sql: sql.ref('n.memory'), kind: 'number' },
      disk: { sql: sql.ref('n.disk'), kind: 'number' },
      gpuMemory: { sql: sql.ref('n.gpu_memory'), kind: 'number' },
      createdAt: { sql: sql.ref('n.created_at'), kind: 'Date' },
      label: {
        sql: sql.ref('l.name'),
        within: (condition) =>
          sql`exists (select 1 from "node_labels" as "l" where "l"."node_id" = "n"."id" and ${condition})`,
      },
    },
    read: (row) => ({
      id: Number(row['id']),
      clusterId: Number(row['cluster_id']),
      clusterName: String(row['cluster_name']),
      name: String(row['name']),
      uid: String(row['uid']),
      isReady: row['is_ready'] === true,
      isSchedulable: row['is_schedulable'] === true,
      ip: textOf(row['ip']),
      operatingSystem: String(row['operating_system']),
      osImage: String(row['os_image']),
      architecture: String(row['architecture']),
      kernelVersion: String(row['kernel_version']),
      kubeletVersion: String(row['kubelet_version']),
      cpu: Number(row['cpu']),
      memory: Number(row['memory']),
      disk: Number(row['disk']),
      gpuMemory: Number(row['gpu_memory']),
      allocatableCpu: Number(row['allocatable_cpu']),
      allocatableMemory: Number(row['allocatable_memory']),
      createdAt: timeOf(row['created_at']),
    }),
  };
}
