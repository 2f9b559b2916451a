import { Migration } from '@mikro-orm/migrations';

/** YAML files that were generated, and their zips. */
export class YamlJobs extends Migration {
  override up(): void {
    const statements = [
      `create table "yaml_jobs" (
        "id" text not null,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "business_id" int null,
        "owner_id" int not null,
        "site" text not null,
        "cee_version" text not null,
        "project_name" text not null,
        "status" text not null,
        "file_names" jsonb not null,
        "size" int not null,
        primary key ("id"),
        constraint "yaml_jobs_status_check" check ("status" in ('SUCCESS')))`,
      `create index "yaml_jobs_business_id_created_at_id_index" on "yaml_jobs" ("business_id", "created_at", "id")`,
      `create index "yaml_jobs_owner_id_created_at_id_index" on "yaml_jobs" ("owner_id", "created_at", "id")`,
      `create index "yaml_jobs_created_at_id_index" on "yaml_jobs" ("created_at", "id")`,

      `create table "yaml_results" (
        "job_id" text not null,
        "content" bytea not null,
        primary key ("job_id"),
        constraint "yaml_results_job_id_fkey" foreign key ("job_id") references "yaml_jobs" ("id") on delete cascade)`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
