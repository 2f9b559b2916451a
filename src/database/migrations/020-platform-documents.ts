import { Migration } from '@mikro-orm/migrations';

/** What describes the operations of platforms. */
export class PlatformDocuments extends Migration {
  override up(): void {
    this.addSql(`create table "platform_documents" (
      "platform_id" uuid primary key,
      "text" text not null,
      "digest" text not null,
      "security_schemes" jsonb not null,
      constraint "platform_documents_platform_id_fkey"
        foreign key ("platform_id") references "platforms" ("id") on delete cascade)`);
  }
}
