import { Migration } from '@mikro-orm/migrations';

/** What names look like, from where users log in, and what finds the sessions that are over. */
export class Lookalikes extends Migration {
  override up(): void {
    const statements = [
      // Null until a start has filled it in, and in rows that an earlier release makes meanwhile.
      `alter table "users" add column "name_looks" text null,
        add constraint "users_name_looks_unique" unique ("name_looks")`,
      `alter table "businesses" add column "name_looks" text null`,
      `create unique index "businesses_living_looks" on "businesses" ("name_looks") where "status" in ('PENDING', 'APPROVED')`,

      `create table "login_networks" (
        "user_id" int not null,
        "network" text not null,
        "seen_at" timestamptz(3) not null,
        primary key ("user_id", "network"),
        constraint "login_networks_user_id_foreign" foreign key ("user_id") references "users" ("id")
          on update no action on delete cascade)`,
      `create index "login_networks_seen_at_index" on "login_networks" ("seen_at")`,

      `create index "sessions_ended_at_index" on "sessions" ("ended_at")`,
      `create index "refresh_tokens_expires_at_index" on "refresh_tokens" ("expires_at")`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
