import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import { type Condition, all, conditionOf } from './condition.js';
import type { SortKey } from './keyset.js';
import { directionsOf } from './order.js';
import { isAmong, keyTypeOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { Columns, type Wanted, read, readingOf } from './reading.js';
import { writtenRow } from './written.js';

const NOTHING = sql.raw('');

interface Rows extends Wanted {
  order?: readonly SortKey[];
  /** Locks the rows until the transaction ends. */
  lock?: 'update' | 'no key update' | 'key share';
  /** No more than so many. */
  limit?: number;
}

/** All rows; in no order unless one is given. */
export async function allRows<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  wanted: Rows = {},
): Promise<T[]> {
  const columns = new Columns(sourceOf(reader, entity), wanted.paths);
  return readRows(reader, columns, wanted, conditionOf(wanted.scope, columns.find));
}

/** All rows for which `key` has one of the values; in no order unless one is given. */
export async function rowsBy<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  key: keyof T & string,
  values: readonly (number | string)[],
  wanted: Rows = {},
): Promise<T[]> {
  if (values.length === 0) return [];
  const columns = new Columns(sourceOf(reader, entity), wanted.paths);
  const { sql: column, kind } = columns.find(key);
  const isWanted = isAmong(column, values, keyTypeOf(values, kind));
  const condition = wanted.scope ? all([isWanted, conditionOf(wanted.scope, columns.find)]) : isWanted;
  return readRows(reader, columns, wanted, condition, [key]);
}

/** For each of the values of a unique key its row, or null. */
export async function rowPerKey<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  key: keyof T & string,
  values: readonly (number | string)[],
  wanted: Rows = {},
): Promise<(T | null)[]> {
  const { text } = wanted.selection ?? {};
  const [only, ...others] = values;
  if (text && only !== undefined && others.length === 0)
    return [await writtenRow(reader, entity, key, only, wanted, text)];
  const found = await rowsBy(reader, entity, key, values, wanted);
  const byKey = new Map<unknown, T>(found.map((row) => [row[key], row]));
  const missing = reader.current ? values.filter((value) => !byKey.has(value)) : [];
  // What is missing in a copy that is late may have been made since.
  if (reader.current && missing.length > 0)
    for (const row of await rowsBy(reader.current, entity, key, missing, wanted)) byKey.set(row[key], row);
  return values.map((value) => byKey.get(value) ?? null);
}

async function readRows<T extends object>(
  reader: Reader,
  columns: Columns<T>,
  wanted: Rows,
  condition: Condition,
  properties: readonly string[] = [],
): Promise<T[]> {
  const { order = [], lock, limit } = wanted;
  const sorted = order.length === 0 ? NOTHING : sql`order by ${directionsOf(order, columns.find)}`;
  const limited = limit === undefined ? NOTHING : sql`limit ${limit}`;
  const locked = lock === undefined ? NOTHING : sql.raw(`for ${lock} of "e"`);
  const reading = readingOf(columns.source, wanted, properties);
  return read(
    reader,
    reading,
    sql`(${reading.select(columns.used)} where ${condition} ${sorted} ${limited} ${locked}) as "row"`,
  );
}
