import { Migration } from '@mikro-orm/migrations';

/** Charts by their content, so that a change keeps its own when the application is gone. */
export class Charts extends Migration {
  override up(): void {
    const statements = [
      `create table "charts" (
        "digest" text primary key,
        "content" bytea not null)`,
      `insert into "charts" ("digest", "content")
        select encode(sha256("content"), 'hex'), "content" from "app_charts"
        on conflict do nothing`,

      `alter table "apps" add column "chart_digest" text null`,
      `update "apps" set "chart_digest" = encode(sha256("content"), 'hex')
        from "app_charts" where "app_charts"."app_id" = "apps"."id"`,
      `alter table "apps" add constraint "apps_chart_digest_fkey"
        foreign key ("chart_digest") references "charts" ("digest")`,
      `create index "apps_chart_digest_index" on "apps" ("chart_digest")`,

      `alter table "deployment_audits" add column "chart_digest" text null`,
      `update "deployment_audits" set "chart_digest" = "apps"."chart_digest"
        from "apps" where "apps"."id" = "deployment_audits"."app_id" and "deployment_audits"."spec" is not null`,
      `alter table "deployment_audits" add constraint "deployment_audits_chart_digest_fkey"
        foreign key ("chart_digest") references "charts" ("digest")`,
      `create index "deployment_audits_chart_digest_index" on "deployment_audits" ("chart_digest")`,

      `drop table "app_charts"`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
