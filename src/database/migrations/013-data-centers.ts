import { Migration } from '@mikro-orm/migrations';

const KINDS = `'STATIC', 'DYNAMIC'`;

/** Data centers, the tasks that read their clouds, and the runs of these. */
export class DataCenters extends Migration {
  override up(): void {
    const statements = [
      `create table "data_centers" (
        "id" text not null primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "business_id" int null,
        "owner_id" int not null,
        "name" text not null,
        "mode" boolean not null,
        "country" text not null,
        "province" text not null,
        "city" text not null,
        "system_name" text not null,
        "cee_version" text not null,
        "lcm_ip" text not null,
        "lcm_user" text not null,
        "lcm_pwd" text null,
        "openstackrc_dir" text not null,
        "lcmrc_dir" text not null,
        "tls_ca" text null,
        "host_key" text null,
        "run_id" text null,
        "run_until" timestamptz(3) null)`,
      `create unique index "data_centers_business_name" on "data_centers" ("business_id", "name") where "business_id" is not null`,
      `create unique index "data_centers_owner_name" on "data_centers" ("owner_id", "name") where "business_id" is null`,
      `create index "data_centers_created_at_id_index" on "data_centers" ("created_at", "id")`,
      `create index "data_centers_name_id_index" on "data_centers" ("name", "id")`,
      `create index "data_centers_run_until_index" on "data_centers" ("run_until") where "run_until" is not null`,

      `create table "data_center_tasks" (
        "id" text not null primary key,
        "data_center_id" text not null references "data_centers" ("id") on delete cascade,
        "kind" text not null,
        "interval" int not null,
        "next_run_at" timestamptz(3) null,
        "asked_at" timestamptz(3) null,
        "started_at" timestamptz(3) null,
        "ended_at" timestamptz(3) null,
        constraint "data_center_tasks_kind_check" check ("kind" in (${KINDS})))`,
      `create index "data_center_tasks_data_center_id_id_index" on "data_center_tasks" ("data_center_id", "id")`,
      `create index "data_center_tasks_next_run_at_index" on "data_center_tasks" ("next_run_at")`,

      // They outlive their data center.
      `create table "task_runs" (
        "id" text not null primary key,
        "data_center_id" text not null,
        "data_center_name" text not null,
        "kind" text not null,
        "status" text not null,
        "error_info" text null,
        "missing" jsonb not null default '[]',
        "started_at" timestamptz(3) not null,
        "ended_at" timestamptz(3) null,
        constraint "task_runs_kind_check" check ("kind" in (${KINDS})),
        constraint "task_runs_status_check" check ("status" in ('RUNNING', 'SUCCESS', 'FAILED')))`,
      `create index "task_runs_data_center_id_started_at_id_index" on "task_runs" ("data_center_id", "started_at", "id")`,
      `create index "task_runs_ended_at_index" on "task_runs" ("ended_at")`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
