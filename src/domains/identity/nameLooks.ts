import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Database } from '../../database/database.js';
import { looksOf } from '../../kernel/names.js';

const BATCH = 1000;

/** Whose names must not look alike; who comes first keeps its looks to itself. */
const TABLES = {
  users: 'id',
  businesses: `status in ('PENDING', 'APPROVED') desc, id`,
} as const;

type Table = keyof typeof TABLES;

/** SQL, since those that stand come first, whom the looks shall belong to. */
const MISSING = (table: Table): string =>
  `select id, name from ${table} where name_looks is null order by ${TABLES[table]} limit ${BATCH}`;

/**
 * Rows that look like an earlier one were there before that was refused and stay: a line end, which no new name has, and
 * the key tell them apart. SQL, since rows of a batch are compared with each other and with all the rest.
 */
const FILL = (table: Table): string => `
  with given as (
    select id, looks, row_number() over (partition by looks order by place) as nth
    from json_to_recordset($1::json) as given (id int, looks text, place int)
  )
  update ${table} set name_looks = case
    when nth = 1 and not exists (select from ${table} as other where other.name_looks = looks) then looks
    else looks || chr(10) || given.id end
  from given where ${table}.id = given.id and ${table}.name_looks is null`;

/** Fills in what names look like in rows that were made without it, by an earlier release. */
export async function fillNameLooks(database: Pick<Database, 'query'>): Promise<void> {
  for (const table of Object.keys(TABLES) as Table[]) {
    while (await fillBatch(database, table));
  }
}

/** Whether there was something to fill. */
async function fillBatch(database: Pick<Database, 'query'>, table: Table): Promise<boolean> {
  const { rows } = await database.query(MISSING(table));
  const given = rows.map(({ id, name }, place) => ({ id, looks: looksOf(String(name)), place }));
  try {
    if (given.length > 0) await database.query(FILL(table), [JSON.stringify(given)]);
  } catch (error) {
    // Somebody registered with the same looks, or another replica fills too: the next look sees that.
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
  }
  return given.length > 0;
}
