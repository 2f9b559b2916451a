import { MikroORM } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { embeddedPool } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { optionsOn } from '../../src/database/options.js';
import { ENTITIES } from '../../src/modules.js';
import { schemaUpdate } from '../../.config/schemaUpdate.js';

test('the migrations make the tables that the entities describe, and can be run again', async () => {
  const thread = await EmbeddedThread.open();
  const orm = await MikroORM.init(optionsOn(embeddedPool(thread), ENTITIES));
  try {
    const first = await orm.migrator.up();
    expect(first.length).toBeGreaterThan(0);
    expect(await orm.migrator.up()).toEqual([]);
    expect(await schemaUpdate(orm)).toEqual([]);
  } finally {
    await orm.close();
    await thread.close();
  }
});
