import type { MikroORM } from '@mikro-orm/postgresql';

/** To tables of other domains, to which no entity has a relation; MikroORM would drop them. */
const FOREIGN_KEYS = [
  ['deployment_audits', 'deployment_audits_chart_digest_fkey'],
  ['deployments', 'deployments_app_id_fkey'],
  ['deployments', 'deployments_requested_app_id_fkey'],
  ['deployment_targets', 'deployment_targets_holds_cluster_id_fkey'],
];
const DROPS = FOREIGN_KEYS.map(([table, key]) => `alter table "${table}" drop constraint "${key}";`);

/** The statements by which the database would become what the entities describe, and of those keys whichever it lacks. */
export async function schemaUpdate(orm: MikroORM): Promise<string[]> {
  const update = await orm.schema.getUpdateSchemaSQL({ wrap: false });
  const statements = update.split('\n').filter((line) => line !== '');
  return [
    ...statements.filter((line) => !DROPS.includes(line)),
    ...DROPS.filter((drop) => !statements.includes(drop)),
  ];
}
