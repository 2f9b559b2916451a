import { Migration } from '@mikro-orm/migrations';

/** Accounts of the image repository, and registries elsewhere. */
export class Images extends Migration {
  override up(): void {
    const statements = [
      `create table "harbor_accounts" (
        "user_id" int not null,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "user" text not null,
        "password" text not null,
        "next_password" text null,
        primary key ("user_id"))`,

      `create table "external_repositories" (
        "id" serial primary key,
        "created_at" timestamptz(3) not null,
        "updated_at" timestamptz(3) not null,
        "uid" uuid not null,
        "business_id" int not null,
        "repository_id" text not null,
        "address" text not null,
        "user" text not null,
        "password" text not null,
        constraint "external_repositories_uid_unique" unique ("uid"),
        constraint "external_repositories_business_id_repository_id_unique" unique ("business_id", "repository_id"))`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
