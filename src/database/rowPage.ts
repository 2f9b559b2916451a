import { type SqlBool, sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { KeyValue } from '../kernel/cursors.js';
import { type Order, type Page, type PageArgs, SortDirection, sliceOf } from '../kernel/pages.js';
import type { Selection } from '../kernel/selection.js';
import type { Where } from './filter.js';
import { type SortKey, boundsOf, isAscending, pageOf, reportMisfits } from './keyset.js';
import { type Condition, all, conditionOf } from './rowCondition.js';
import { type RowSource, rowsOf } from './rows.js';

export interface RowQuery {
  args: PageArgs;
  where: Where;
  order: readonly SortKey[];
  selection: Selection;
}

/**
 * The caller's order, each property once, ended by the primary key. The key runs the way of the column before it, so
 * that one index on both serves either direction.
 */
export function rowOrder(
  orderBy: readonly Order[] | null | undefined,
  fallback: SortKey = { property: 'id', direction: SortDirection.ASC },
): SortKey[] {
  const chosen = orderBy?.map(({ field, direction }) => ({ property: field, direction })) ?? [];
  const orders: SortKey[] = chosen.length > 0 ? chosen : [fallback];
  const direction = orders.at(-1)?.direction ?? SortDirection.ASC;
  const keys = [...orders, { property: 'id', direction }];
  return keys.filter(({ property }, index) => keys.findIndex((key) => key.property === property) === index);
}

/** Rows strictly after the key values (before them with `reverse`), in a form that an index on the order can start from. */
function beyond(
  order: readonly SortKey[],
  columns: readonly string[],
  values: readonly KeyValue[],
  reverse: boolean,
): Condition {
  const after = (key: SortKey) => (isAscending(key, reverse) ? sql`>` : sql`<`);
  const [first] = order;
  if (!first) throw new Error('an order needs a column');
  if (order.every(({ direction }) => direction === first.direction)) {
    return sql`(${sql.raw(columns.join())}) ${after(first)} (${sql.join(values)})`;
  }
  const named = columns.map((column) => sql.raw(column));
  const alternatives = order.map((key, index) => {
    const equal = named.slice(0, index).map((column, i) => sql<SqlBool>`${column} = ${values[i]}`);
    return all([...equal, sql`${named[index]} ${after(key)} ${values[index]}`]);
  });
  return sql`(${named[0]} ${after(first)}= ${values[0]} and (${sql.join(alternatives, sql` or `)}))`;
}

function partsOf<T extends object>(source: RowSource<T>, { args, where, order, selection }: RowQuery) {
  const slice = sliceOf(args);
  const { columns } = source;
  const found = order.map(({ property }) => {
    const column = columns[property];
    if (!column?.kind) throw new Error(`no list can be ordered by ${property}`);
    return { sql: column.sql, kind: column.kind };
  });
  const sorted = found.map((column) => column.sql);
  const kinds = found.map(({ kind }) => kind);
  const bounds = boundsOf(slice, order, kinds, (values, reverse) => beyond(order, sorted, values, reverse));
  const directions = order.map((key, index) => {
    return `${sorted[index]} ${isAscending(key, slice.backward) ? 'asc' : 'desc'}`;
  });
  const condition = conditionOf(where, columns);
  return {
    slice,
    condition,
    within: all([condition, ...bounds]),
    // Written out, since PostgreSQL plans for a tenth of all rows when it does not know it.
    end: sql.raw(`order by ${directions.join()} limit ${slice.limit + 1}`),
    reading: source.reading(
      selection,
      order.map(({ property }) => property),
    ),
  };
}

/** One page of plain rows by keyset. */
export async function pageOfRows<T extends object>(
  reader: Reader,
  source: RowSource<T>,
  query: RowQuery,
): Promise<Page<T>> {
  const { reading, slice, condition, within, end } = partsOf(source, query);
  const { from } = source;
  const rows = await reportMisfits(
    source.read(reader, reading, sql`(${reading.select} where ${within} ${end}) as "row"`),
  );
  return pageOf(rows, slice, query.order, async () => {
    const counted = rowsOf(reader, sql`select count(*) as "count" from ${from} where ${condition}`);
    return Number((await reportMisfits(counted))[0]?.['count']);
  });
}

/** The property and its column by which rows belong to an owner. */
export interface Owner<T> {
  property: keyof T & string;
  column: string;
}

/** The same page for each of several owners, in one statement; their counts, when asked for, in another. */
export async function pagesOfRows<T extends object>(
  reader: Reader,
  source: RowSource<T>,
  query: RowQuery,
  owner: Owner<T>,
  keys: readonly number[],
): Promise<Page<T>[]> {
  const { reading, slice, condition, within, end } = partsOf(source, query);
  const { from } = source;
  const key = sql.ref(owner.column);
  const read = source.read(
    reader,
    reading,
    sql`unnest(${keys}::int[]) as "given" ("key") cross join lateral (
      ${reading.select} where ${key} = "given"."key" and ${within} ${end}) as "row"`,
  );
  const rows = Map.groupBy(await reportMisfits(read), (row) => row[owner.property]);

  let counts: Promise<Map<unknown, number>> | undefined;
  const count = async () => {
    const counted = await reportMisfits(
      rowsOf(
        reader,
        sql`select ${key} as "key", count(*) as "count" from ${from}
          where ${key} = any(${keys}::int[]) and ${condition} group by ${key}`,
      ),
    );
    return new Map(counted.map((row) => [row['key'], Number(row['count'])]));
  };
  return keys.map((each) =>
    pageOf(rows.get(each as T[keyof T & string]) ?? [], slice, query.order, async () => {
      counts ??= count();
      return (await counts).get(each) ?? 0;
    }),
  );
}
