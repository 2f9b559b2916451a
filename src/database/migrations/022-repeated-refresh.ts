import { Migration } from '@mikro-orm/migrations';

/** By whom a refresh token was used, so that the same client may ask again at once. */
export class RepeatedRefresh extends Migration {
  override up(): void {
    this.addSql(`alter table "refresh_tokens" add column "used_from" text null,
      add column "answered_at" timestamptz(3) null`);
  }
}
