import { MikroORM } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { embeddedOptions, openPglite } from '../../src/database/embedded.js';
import { ENTITIES } from '../../src/modules.js';
import { schemaUpdate } from '../../.config/schemaUpdate.js';

test('the migrations make the tables that the entities describe, and can be run again', async () => {
  const pglite = await openPglite(undefined);
  const orm = await MikroORM.init(embeddedOptions(pglite, ENTITIES));
  try {
    const first = await orm.migrator.up();
    expect(first.length).toBeGreaterThan(0);
    expect(await orm.migrator.up()).toEqual([]);
    expect(await schemaUpdate(orm)).toEqual([]);
  } finally {
    await orm.close();
    await pglite.close();
  }
});
