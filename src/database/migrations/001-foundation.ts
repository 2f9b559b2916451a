import { Migration } from '@mikro-orm/migrations';

/** Users and their sessions, the registry of platforms, and what a deployment knows of itself. */
export class Foundation extends Migration {
  override up(): void {
    const statements = [
      // One row: `id` is the same on every replica and told apart from other deployments.
      `create table "installation" ("single" boolean primary key default true check ("single"),
        "id" uuid not null, "secret_key_id" text null)`,
      `insert into "installation" ("id") values (gen_random_uuid())`,

      `create table "users" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "name" text not null,
        "name_key" text not null,
        "real_name" text not null default '',
        "phone" text not null default '',
        "status" text not null,
        "is_admin" boolean not null default false,
        "is_system_administrator" boolean not null default false,
        "password_hash" text not null,
        constraint "users_name_key_unique" unique ("name_key"),
        constraint "users_status_check" check ("status" in ('PENDING', 'APPROVED', 'DISAPPROVED', 'FORBIDDEN')))`,

      `create table "sessions" (
        "id" uuid not null primary key,
        "user_id" int not null,
        "created_at" timestamptz(3) not null,
        "address" text not null,
        "expires_at" timestamptz(3) not null,
        "ended_at" timestamptz(3) null,
        constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id")
          on update no action on delete cascade)`,
      `create index "sessions_user_id_index" on "sessions" ("user_id")`,
      `create index "sessions_expires_at_index" on "sessions" ("expires_at")`,

      `create table "refresh_tokens" (
        "hash" text not null primary key,
        "session_id" uuid not null,
        "expires_at" timestamptz(3) not null,
        "used_at" timestamptz(3) null,
        constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "sessions" ("id")
          on update no action on delete cascade)`,
      `create index "refresh_tokens_session_id_index" on "refresh_tokens" ("session_id")`,

      // The columns that rate-limiter-flexible expects.
      `create table "login_failures" ("key" text primary key, "points" int not null default 0, "expire" bigint)`,

      `create table "platforms" (
        "id" uuid not null primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "name" text not null,
        "kind" text not null,
        "protocol" text not null,
        "host" text not null,
        "port" int null,
        "description" text not null default '',
        "tls_ca" text null,
        "tls_verify" boolean not null default true,
        "credentials" text null,
        constraint "platforms_kind_check" check ("kind" in ('GENERIC', 'MODELARTS')),
        constraint "platforms_protocol_check" check ("protocol" in ('http', 'https')))`,
      `create index "platforms_name_id_index" on "platforms" ("name", "id")`,
      `create index "platforms_created_at_id_index" on "platforms" ("created_at", "id")`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
