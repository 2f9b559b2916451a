import { Migration } from '@mikro-orm/migrations';

/** Reports of data centers, and their workbooks. */
export class Records extends Migration {
  override up(): void {
    const statements = [
      `create table "records" (
        "id" text not null primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "data_center_id" text not null,
        "name" text not null,
        "data_center_name" text not null,
        "system_name" text not null,
        "cee_version" text not null,
        "lcm_ip" text not null,
        "openrc_path" text not null,
        "status" text not null,
        "progress" int not null default 0,
        "traceback" text null,
        "process_id" text not null,
        "attempts" int not null default 0,
        "held_until" timestamptz(3) null,
        "generation" int null,
        "inventory_read_at" timestamptz(3) null,
        "size" int null,
        "ended_at" timestamptz(3) null,
        constraint "records_status_check" check ("status" in ('RUNNING', 'SUCCESSFUL', 'FAILED')),
        constraint "records_data_center_id_foreign" foreign key ("data_center_id") references "data_centers" ("id") on delete cascade)`,
      `create index "records_data_center_id_created_at_id_index" on "records" ("data_center_id", "created_at", "id")`,
      `create index "records_created_at_id_index" on "records" ("created_at", "id")`,
      `create index "records_running_index" on "records" ("held_until") where "status" = 'RUNNING'`,

      `create table "record_chunks" (
        "record_id" text not null,
        "number" int not null,
        "content" bytea not null,
        primary key ("record_id", "number"),
        constraint "record_chunks_record_id_foreign" foreign key ("record_id") references "records" ("id") on delete cascade)`,
      // It is compressed already.
      `alter table "record_chunks" alter column "content" set storage external`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
