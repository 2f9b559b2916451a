import { Migration } from '@mikro-orm/migrations';

/** Businesses, their members, and the trail of changes. */
export class Businesses extends Migration {
  override up(): void {
    const statements = [
      `create table "businesses" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "name" text not null,
        "name_key" text not null,
        "introduce" text not null,
        "objective" text not null,
        "scale" text not null,
        "comment" text not null default '',
        "status" text not null,
        "user_id" int not null,
        constraint "businesses_status_check" check ("status" in ('PENDING', 'APPROVED', 'DISAPPROVED', 'DELETED')))`,
      `create unique index "businesses_living_name" on "businesses" ("name_key") where "status" in ('PENDING', 'APPROVED')`,
      `create unique index "businesses_living_creator" on "businesses" ("user_id") where "status" in ('PENDING', 'APPROVED')`,
      `alter table "users" add column "business_id" int null`,
      `create index "users_business_id_index" on "users" ("business_id")`,

      `create table "audit_events" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "actor_id" int null,
        "actor_name" text null,
        "address" text not null,
        "request_id" text not null,
        "action" text not null,
        "object_type" text not null,
        "object_id" text not null,
        "business_id" int null,
        "before" jsonb null,
        "after" jsonb null)`,
      `create index "audit_events_business_id_id_index" on "audit_events" ("business_id", "id")`,
      `create index "audit_events_object_type_object_id_index" on "audit_events" ("object_type", "object_id")`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
