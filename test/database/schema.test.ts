import { MikroORM } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { embeddedOptions, openPglite } from '../../src/database/embedded.js';
import { ENTITIES } from '../../src/modules.js';

/** To tables of other domains, to which no entity has a relation. */
const FOREIGN_KEYS = [
  ['deployments', 'deployments_app_id_fkey'],
  ['deployments', 'deployments_requested_app_id_fkey'],
  ['deployment_targets', 'deployment_targets_holds_cluster_id_fkey'],
];

test('the migrations make the tables that the entities describe, and can be run again', async () => {
  const pglite = await openPglite(undefined);
  const orm = await MikroORM.init(embeddedOptions(pglite, ENTITIES));
  try {
    const first = await orm.migrator.up();
    expect(first.length).toBeGreaterThan(0);
    expect(await orm.migrator.up()).toEqual([]);
    const differences = (await orm.schema.getUpdateSchemaSQL()).split('\n').filter((line) => line !== '');
    // No entity knows of them, so that the tables would lose them.
    const unknown = FOREIGN_KEYS.map(([table, key]) => `alter table "${table}" drop constraint "${key}";`);
    expect(differences.filter((line) => line !== "set names 'utf8';")).toEqual(unknown);
  } finally {
    await orm.close();
    await pglite.close();
  }
});
