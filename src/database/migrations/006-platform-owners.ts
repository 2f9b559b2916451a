import { Migration } from '@mikro-orm/migrations';

/** Which business a platform belongs to; those that are registered already are nobody's. */
export class PlatformOwners extends Migration {
  override up(): void {
    this.addSql(`alter table "platforms" add column "business_id" int null`);
  }
}
