import { Migration } from '@mikro-orm/migrations';

/** Which businesses have their namespace in which cluster. */
export class Namespaces extends Migration {
  override up(): void {
    this.addSql(`create table "cluster_namespaces" (
      "cluster_id" int not null references "clusters" ("id") on delete cascade,
      "business_id" int not null,
      "created_at" timestamptz(3) not null,
      primary key ("cluster_id", "business_id"))`);
  }
}
