import { Migration } from '@mikro-orm/migrations';

/**
 * How long each cluster may be silent. An earlier release writes only when it was last heard of, and so keeps a cluster
 * alive for newer ones too.
 */
export class Silence extends Migration {
  override up(): void {
    this.addSql('alter table "clusters" add column "silence" int not null default 60000');
  }
}
