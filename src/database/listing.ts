import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { KeyValue } from '../kernel/cursors.js';
import { type ListArgs, type Slice, sliceOf } from '../kernel/pages.js';
import { type Condition, all, conditionOf } from './condition.js';
import { type SortKey, boundsOf, isAscending } from './keyset.js';
import { orderOf } from './order.js';
import type { Column, Source } from './source.js';
import { Columns, type Wanted } from './reading.js';

/** A list as a caller asks for it. */
export interface Listing extends Wanted {
  args: ListArgs<object, string>;
  /** When the caller wants none. */
  order?: SortKey;
}

/** Of the statement that reads a page. */
export interface Parts {
  slice: Slice;
  order: SortKey[];
  /** Of all rows of the list. */
  condition: Condition;
  /** Of its rows beyond the cursors. */
  bounded: Condition;
  /** What stands behind them to have no more than so many. */
  end: (limit: number) => RawBuilder<unknown>;
  columns: readonly Column[];
}

/** Rows strictly after the key values (before them with `reverse`), in a form that an index on the order can start from. */
function beyond(
  order: readonly SortKey[],
  columns: readonly Column[],
  values: readonly KeyValue[],
  reverse: boolean,
): Condition {
  const after = (key: SortKey) => (isAscending(key, reverse) ? sql`>` : sql`<`);
  const [first] = order;
  if (!first) throw new Error('an order needs a column');
  const named = columns.map((column) => sql.raw(column.sql));
  if (order.every(({ direction }) => direction === first.direction)) {
    return sql`(${sql.join(named)}) ${after(first)} (${sql.join(values)})`;
  }
  const alternatives = order.map((key, index) => {
    const equal = named.slice(0, index).map((column, i) => sql<SqlBool>`${column} = ${values[i]}`);
    return all([...equal, sql`${named[index]} ${after(key)} ${values[index]}`]);
  });
  return sql`(${named[0]} ${after(first)}= ${values[0]} and (${sql.join(alternatives, sql` or `)}))`;
}

export function partsOf<T extends object>(
  source: Source<T>,
  listing: Pick<Listing, 'args' | 'scope' | 'paths' | 'order'>,
): Parts {
  const { args, scope, paths } = listing;
  const slice = sliceOf(args);
  const order = orderOf(args.orderBy, listing.order);
  const columns = new Columns(source, paths);
  const sorted = order.map(({ property }) => columns.find(property));
  const kinds = sorted.map(({ kind }, index) => {
    if (kind) return kind;
    throw new Error(`no list can be ordered by ${order[index]?.property}`);
  });
  const bounds = boundsOf(slice, order, kinds, (values, reverse) => beyond(order, sorted, values, reverse));
  const directions = order.map(
    (key, index) => `${sorted[index]?.sql} ${isAscending(key, slice.backward) ? 'asc' : 'desc'}`,
  );
  const condition = all([conditionOf(args.filter, columns.find), conditionOf(scope, columns.find)]);
  return {
    slice,
    order,
    condition,
    bounded: all([condition, ...bounds]),
    // Written out, since PostgreSQL plans for a tenth of all rows when it does not know it.
    end: (limit) => sql.raw(`order by ${directions.join()} limit ${limit}`),
    columns: columns.used,
  };
}
