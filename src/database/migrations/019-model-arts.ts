import { Migration } from '@mikro-orm/migrations';

/** Where at Huawei Cloud a platform is. */
export class ModelArts extends Migration {
  override up(): void {
    this.addSql(`alter table "platforms" add column "region" text null`);
    this.addSql(`alter table "platforms" add column "project_id" text null`);
  }
}
