import { Migration } from '@mikro-orm/migrations';

/** Applications, and the charts of some of them. */
export class Apps extends Migration {
  override up(): void {
    const statements = [
      `create table "apps" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "business_id" int not null,
        "name" text not null,
        "version" text not null,
        "deploy_type" text not null,
        "image" text not null,
        "repository_id" text null,
        "command" text not null,
        "ports" jsonb not null,
        "volumes" jsonb not null,
        "env" jsonb not null,
        "dependence" jsonb not null,
        "replicas" int not null,
        "min_replicas" int not null,
        "max_replicas" int not null,
        "min_cpu" int not null,
        "max_cpu" int not null,
        "min_memory" int not null,
        "max_memory" int not null,
        "gpu" int not null,
        "is_hpa" boolean not null,
        "target_cpu_utilization" int not null,
        "target_mem_utilization" int not null,
        "max_unavailable" int not null,
        "max_surge" int not null,
        "min_ready_seconds" int not null,
        "chart" jsonb null,
        constraint "apps_deploy_type_check" check ("deploy_type" in ('deployment', 'daemonset')),
        constraint "apps_business_id_name_version_unique" unique ("business_id", "name", "version"))`,
      `create index "apps_business_id_id_index" on "apps" ("business_id", "id")`,
      `create index "apps_name_id_index" on "apps" ("name", "id")`,
      `create index "apps_created_at_id_index" on "apps" ("created_at", "id")`,

      `create table "app_charts" (
        "app_id" int primary key references "apps" ("id") on delete cascade,
        "content" bytea not null)`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
