import { Migration } from '@mikro-orm/migrations';

/** The first host key of each host of a cloud that was logged in to. */
export class HostKeys extends Migration {
  override up(): void {
    const statements = [
      `create table "host_keys" (
        "id" text not null,
        "data_center_id" text not null,
        "key" text not null,
        "seen_at" timestamptz(3) not null,
        primary key ("id"),
        constraint "host_keys_data_center_id_foreign" foreign key ("data_center_id") references "data_centers" ("id") on delete cascade)`,
      `create index "host_keys_data_center_id_index" on "host_keys" ("data_center_id")`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
