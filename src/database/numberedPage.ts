import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import { type NumberedPage, type Window, windowOf } from '../kernel/pages.js';
import { conditionOf } from './condition.js';
import type { SortKey } from './keyset.js';
import { directionsOf, orderOf, propertiesOf } from './order.js';
import { rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { Columns, type Wanted, readingOf } from './reading.js';

type Ordered = Wanted & { order?: SortKey };

/** A numbered page, as REST lists have it, and how many rows there are in all; in one statement. */
export async function numberedPage<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  { page, pageSize, ...wanted }: Ordered & NumberedPage,
): Promise<[T[], number]> {
  return numberedWindow(reader, entity, { ...wanted, ...windowOf({ page, pageSize }) });
}

/** The same from a place on. */
export async function numberedWindow<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  { order, offset, limit, ...wanted }: Ordered & Window,
): Promise<[T[], number]> {
  const source = sourceOf(reader, entity);
  const columns = new Columns(source, wanted.paths);
  const condition = conditionOf(wanted.scope, columns.find);
  const orders = orderOf(null, order);
  const sorted = directionsOf(orders, columns.find);
  const reading = readingOf(source, wanted, propertiesOf(orders));
  const [answer] = await rowsOf(
    reader,
    sql`select ${reading.json} as "rows", (select count(*) from ${source.from(columns.used)} where ${condition}) as "count"
      from (${reading.select(columns.used)} where ${condition} order by ${sorted} limit ${limit} offset ${offset}) as "row"`,
  );
  return [reading.parse(answer?.['rows']), Number(answer?.['count'])];
}
