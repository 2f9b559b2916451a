import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/database/database.js';
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
