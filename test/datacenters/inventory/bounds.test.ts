import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { forgetChanges } from '../../../src/domains/datacenters/inventory/intake/changeRecord.service.js';
import { IntakeService } from '../../../src/domains/datacenters/inventory/intake/intake.service.js';
import { openTestDatabase } from '../../support/database.js';
import { machine } from './support/items.js';
import { insertDataCenter, newId, pagesOf } from './support/world.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterAll(() => database.close());

test('of one cloud no more is stored than there is room for, whether or not it is stored already', async () => {
  const id = await insertDataCenter({ database });
  const servers = Array.from({ length: 20 }, (_, index) => machine(`${index}`));
  const take = async (most: number) => {
    const run = await new IntakeService(database, most).begin(id, newId());
    await run.take('servers', pagesOf(servers));
    return run;
  };
  const run = await take(100_000);
  await database.fork().transactional(async (em) => run.swap(em));
  await expect(take(10_000)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: 'the cloud has more than is stored of one',
  });
});

test('of changes no more are kept than are told, the latest ones', async () => {
  const id = await insertDataCenter({ database });
  const generations = [1, 2, 3, 4];
  for (const generation of generations) {
    await database.query(
      'insert into inventory_generations (data_center_id, generation, run_id, taken_at) values ($1, $2, $3, now())',
      [id, generation, newId()],
    );
    await database.query(
      `insert into virtual_machine_changes (data_center_id, generation, virtual_machine_id)
       select $1, $2::int, n::text from generate_series(1, 10) n`,
      [id, generation],
    );
  }
  const kept = async (table: string) =>
    (
      await database.query(
        `select distinct generation from ${table} where data_center_id = $1 order by generation`,
        [id],
      )
    ).rows.map(({ generation }) => generation);
  const forget = async (most?: number) =>
    database.fork().transactional(async (em) => forgetChanges(em, id, most));
  await forget();
  expect(await kept('virtual_machine_changes')).toEqual(generations);
  await forget(25);
  expect(await kept('virtual_machine_changes')).toEqual([3, 4]);
  expect(await kept('inventory_generations')).toEqual([3, 4]);
});
