import { Migration } from '@mikro-orm/migrations';

/** Since when the pods of a cluster that was away are waited for. */
export class TargetReturns extends Migration {
  override up(): void {
    this.addSql(`alter table "deployment_targets" add column "back_at" timestamptz(3) null`);
  }
}
