import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { openTestDatabase } from '../../support/database.js';
import { volume } from './support/items.js';
import { insertDataCenter, takeIn } from './support/world.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterAll(() => database.close());

/** Around 250 items of a statement, and 1,000 whose digests are read in one. */
const COUNTS = [0, 1, 249, 250, 251, 501, 999, 1000, 1001];

const volumesOf = (count: number, sizeGb: number) =>
  Array.from({ length: count }, (_, index) => volume(`v${index}`, { sizeGb }));

async function stored(center: string): Promise<{ count: number; sizes: number[] }> {
  const { rows } = await database.query(
    `select count(*)::int as count, coalesce(json_agg(distinct size_gb), '[]') as sizes
     from volumes where data_center_id = $1`,
    [center],
  );
  return rows[0] as { count: number; sizes: number[] };
}

// A page as large as all, and one that ends within a statement.
test.each([1_000, 120])('whatever their number, all that come in pages of %i are stored', async (size) => {
  const center = await insertDataCenter({ database });
  // Up and down, so that as many are gone as have come.
  for (const [run, count] of [...COUNTS, ...COUNTS.toReversed()].entries()) {
    const given = volumesOf(count, run + 1);
    // One that the cloud names again at the end is of another statement.
    await takeIn({ database }, center, { volumes: [...given, ...given.slice(0, 1)] }, size);
    expect(await stored(center)).toEqual({ count, sizes: count === 0 ? [] : [run + 1] });
  }
});

test('no statement has more rows than others wait for', async () => {
  const center = await insertDataCenter({ database });
  await database.query('create table batch_sizes (size int)');
  await database.query(
    `create function note_batch() returns trigger language plpgsql as
     $$ begin insert into batch_sizes select count(*) from given; return null; end $$`,
  );
  await database.query(
    `create trigger note_batch after insert on inventory_staged
     referencing new table as given for each statement execute function note_batch()`,
  );
  const sizes = async () => {
    const { rows } = await database.query('delete from batch_sizes returning size');
    return rows.map(({ size }) => Number(size)).toSorted((a, b) => b - a);
  };
  try {
    await takeIn({ database }, center, { volumes: volumesOf(601, 1) }, 1_000);
    expect(await sizes()).toEqual([250, 250, 101]);
    // What is as it was is not written; what is gone is, in as many.
    await takeIn({ database }, center, { volumes: volumesOf(300, 1) }, 1_000);
    expect(await sizes()).toEqual([250, 51]);
  } finally {
    await database.query('drop trigger note_batch on inventory_staged');
    await database.query('drop function note_batch');
    await database.query('drop table batch_sizes');
  }
});
