import { Migration } from '@mikro-orm/migrations';

/** Clusters, their nodes, and the labels of both. */
export class Edge extends Migration {
  override up(): void {
    const statements = [
      `create table "clusters" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "name" text not null,
        "uid" text not null,
        "kubeconfig" text not null,
        "revision" int not null default 1,
        "version" text not null,
        "last_seen_at" timestamptz(3) null,
        "was_ready" boolean not null,
        "failure" text null,
        "node_count" int not null default 0,
        "ready_node_count" int not null default 0,
        "watcher" uuid null,
        "watched_until" timestamptz(3) null,
        constraint "clusters_name_unique" unique ("name"),
        constraint "clusters_uid_unique" unique ("uid"))`,
      `create index "clusters_created_at_id_index" on "clusters" ("created_at", "id")`,

      // Replicas that watch clusters, among which these are shared out.
      `create table "cluster_watchers" (
        "id" uuid primary key,
        "alive_until" timestamptz(3) not null)`,

      `create table "cluster_labels" (
        "cluster_id" int not null references "clusters" ("id") on delete cascade,
        "name" text not null,
        "created_at" timestamptz(3) not null,
        primary key ("cluster_id", "name"))`,
      `create index "cluster_labels_name_cluster_id_index" on "cluster_labels" ("name", "cluster_id")`,

      `create table "nodes" (
        "id" serial primary key,
        "cluster_id" int not null references "clusters" ("id") on delete cascade,
        "uid" text not null,
        "name" text not null,
        "kubernetes_labels" jsonb not null,
        "is_ready" boolean not null,
        "is_schedulable" boolean not null,
        "ip" text null,
        "operating_system" text not null,
        "os_image" text not null,
        "architecture" text not null,
        "kernel_version" text not null,
        "kubelet_version" text not null,
        "cpu" double precision not null,
        "memory" bigint not null,
        "disk" bigint not null,
        "gpu_memory" bigint not null,
        "allocatable_cpu" double precision not null,
        "allocatable_memory" bigint not null,
        "created_at" timestamptz(3) not null,
        "hash" text not null,
        "labels_wanted" int not null default 0,
        "labels_applied" int not null default 0,
        constraint "nodes_cluster_id_name_unique" unique ("cluster_id", "name"))`,
      `create index "nodes_cluster_id_id_index" on "nodes" ("cluster_id", "id")`,
      `create index "nodes_cluster_id_memory_id_index" on "nodes" ("cluster_id", "memory", "id")`,
      `create index "nodes_name_id_index" on "nodes" ("name", "id")`,
      `create index "nodes_memory_id_index" on "nodes" ("memory", "id")`,
      `create index "nodes_cpu_id_index" on "nodes" ("cpu", "id")`,
      `create index "nodes_created_at_id_index" on "nodes" ("created_at", "id")`,
      `create index "nodes_unapplied_index" on "nodes" ("id") where "labels_wanted" > "labels_applied"`,

      // The node's cluster, which never changes, so that an index finds the nodes of a cluster with a label.
      `create table "node_labels" (
        "node_id" int not null references "nodes" ("id") on delete cascade,
        "cluster_id" int not null,
        "name" text not null,
        "created_at" timestamptz(3) not null,
        primary key ("node_id", "name"))`,
      `create index "node_labels_name_node_id_index" on "node_labels" ("name", "node_id")`,
      `create index "node_labels_name_cluster_id_node_id_index" on "node_labels" ("name", "cluster_id", "node_id")`,

      // Of nodes that have left their clusters, for when they come back.
      `create table "departed_node_labels" (
        "cluster_id" int not null references "clusters" ("id") on delete cascade,
        "node_name" text not null,
        "name" text not null,
        "created_at" timestamptz(3) not null,
        "departed_at" timestamptz(3) not null,
        primary key ("cluster_id", "node_name", "name"))`,

      `create table "node_label_counts" (
        "name" text not null,
        "cluster_id" int not null references "clusters" ("id") on delete cascade,
        "node_count" int not null,
        "ready_node_count" int not null,
        primary key ("name", "cluster_id"))`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
