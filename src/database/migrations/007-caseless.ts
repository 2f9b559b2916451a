import { Migration } from '@mikro-orm/migrations';

/** How searches compare letters whatever the locale of the database is, and what each migration said when it ran. */
export class Caseless extends Migration {
  override up(): void {
    // PostgreSQL 17 has the first, most earlier ones the second; the third depends on the system.
    this.addSql(`do $$
      declare "chosen" text;
      begin
        select "wanted" into "chosen" from unnest(array['pg_c_utf8', 'und-x-icu', 'C.utf8', 'C.UTF-8', 'C']) with ordinality as "t" ("wanted", "rank")
          where exists (select from pg_collation where "collname" = "wanted" and "collnamespace" = 'pg_catalog'::regnamespace
            and "collencoding" in (-1, pg_char_to_encoding('UTF8')))
          order by "rank" limit 1;
        execute format('create collation "caseless" from pg_catalog.%I', "chosen");
      end $$`);
    this.addSql(`alter table "mikro_orm_migrations" add column "checksum" text null`);
  }
}
