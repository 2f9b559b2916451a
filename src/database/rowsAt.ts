import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import { conditionOf } from './condition.js';
import type { SortKey } from './keyset.js';
import { directionsOf, orderOf, propertiesOf } from './order.js';
import { Columns, type Wanted, read, readingOf } from './reading.js';
import { rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';

interface Window extends Wanted {
  order: SortKey;
  offset: number;
  limit: number;
}

/**
 * A limit to be written out, since PostgreSQL plans for a tenth of all rows when it does not know it; a power of two, so
 * that there are few statements.
 */
export const knownLimit = (limit: number): number => 2 ** Math.ceil(Math.log2(limit));

/** Rows from an offset on, for documents that have their lists so. */
export async function rowsAt<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  { order, offset, limit, ...wanted }: Window,
): Promise<T[]> {
  const source = sourceOf(reader, entity);
  const columns = new Columns(source, wanted.paths);
  const condition = conditionOf(wanted.scope, columns.find);
  const orders = orderOf(null, order);
  const sorted = directionsOf(orders, columns.find);
  const reading = readingOf(source, wanted, propertiesOf(orders));
  const known = sql.lit(knownLimit(limit));
  const rows = await read(
    reader,
    reading,
    sql`(${reading.select(columns.used)} where ${condition} order by ${sorted} limit ${known} offset ${offset}) as "row"`,
  );
  return rows.slice(0, limit);
}

/** How many rows there are. */
export async function countRows<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  { scope, paths }: Pick<Wanted, 'scope' | 'paths'>,
): Promise<number> {
  const columns = new Columns(sourceOf(reader, entity), paths);
  const condition = conditionOf(scope, columns.find);
  const [answer] = await rowsOf(
    reader,
    sql`select count(*) as "count" from ${columns.source.from(columns.used)} where ${condition}`,
  );
  return Number(answer?.['count']);
}
