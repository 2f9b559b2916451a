import type { EntityMetadata } from '@mikro-orm/core';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { KeyValue } from '../kernel/cursors.js';
import {
  type ListArgs,
  type NumberedPage,
  type Page,
  type Slice,
  SortDirection,
  sliceOf,
  windowOf,
} from '../kernel/pages.js';
import type { Selection } from '../kernel/selection.js';
import { type Condition, all, conditionOf } from './condition.js';
import { type SortKey, boundsOf, isAscending, pageOf, reportMisfits } from './keyset.js';
import { isAmong, rowsOf } from './rows.js';
import { type Column, type Reading, Source } from './source.js';

export type EntityClass<T> = abstract new (...args: never[]) => T;

const sources = new WeakMap<object, unknown>();

/** Where rows of the entity come from, worked out once. */
export function sourceOf<T extends object>(reader: Reader, entity: EntityClass<T>): Source<T> {
  const meta = reader.getMetadata(entity as new () => T) as EntityMetadata<T>;
  const source = (sources.get(meta) as Source<T> | undefined) ?? new Source<T>(meta);
  sources.set(meta, source);
  return source;
}

/** Which rows of an entity are read, and what of them. */
interface Wanted {
  /** What must hold besides what the caller asks for, such as that it may see the row; in the words of a filter. */
  scope?: object;
  /** Fields that are found by another path than their name, such as `label` by `labels.name`. */
  paths?: Readonly<Record<string, string>>;
  /** Properties by which a selected field is answered, where it is none of them, such as those of a user's role. */
  needs?: Readonly<Record<string, readonly string[]>>;
  /** What is read; all that is not hidden without it. */
  selection?: Selection;
}

export interface Listing extends Wanted {
  args: ListArgs<object, string>;
  /** When the caller wants none. */
  order?: SortKey;
}

const BY_KEY: SortKey = { property: 'id', direction: SortDirection.ASC };

const onceEach = (keys: readonly SortKey[]): SortKey[] =>
  keys.filter(({ property }, index) => keys.findIndex((key) => key.property === property) === index);

/**
 * The caller's order, each property once, ended by the primary key. The key runs the way of the column before it, so
 * that one index on both serves either direction.
 */
function orderOf(orderBy: ListArgs<object, string>['orderBy'], fallback = BY_KEY): SortKey[] {
  const chosen = orderBy?.map(({ field, direction }) => ({ property: field, direction }));
  const orders = onceEach(chosen ?? [fallback]);
  return onceEach([...orders, { ...BY_KEY, direction: orders.at(-1)?.direction ?? SortDirection.ASC }]);
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

/** Looks columns up and remembers them, since a statement must join what they need. */
class Columns<T extends object> {
  readonly used: Column[] = [];

  constructor(
    readonly source: Source<T>,
    private readonly paths: Readonly<Record<string, string>> = {},
  ) {}

  readonly find = (name: string): Column => {
    const column = this.source.column(this.paths[name] ?? name);
    this.used.push(column);
    return column;
  };
}

const propertiesOf = (order: readonly SortKey[]): string[] => order.map(({ property }) => property);

/** Reads what is selected, what it needs, and the values of these properties. */
function readingOf<T extends object>(
  source: Source<T>,
  { selection, needs = {}, paths = {} }: Wanted,
  properties: readonly string[],
): Reading<T> {
  const needed = Object.entries(needs).flatMap(([field, names]) =>
    !selection?.fields || selection.fields.has(field) ? names : [],
  );
  const alsoRead = [...properties, ...needed].map(
    (name) => [name, source.column(paths[name] ?? name)] as const,
  );
  return source.reading(selection, new Map(alsoRead));
}

interface Parts<T> {
  slice: Slice;
  order: SortKey[];
  /** Of all rows of the list. */
  condition: Condition;
  /** Of its rows beyond the cursors. */
  bounded: Condition;
  end: RawBuilder<unknown>;
  columns: readonly Column[];
  reading: Reading<T>;
}

function partsOf<T extends object>(source: Source<T>, listing: Listing): Parts<T> {
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
    end: sql.raw(`order by ${directions.join()} limit ${slice.limit + 1}`),
    columns: columns.used,
    reading: readingOf(source, listing, propertiesOf(order)),
  };
}

/** Reads the rows of `from`, where a statement that begins with the reading's `select` is named "row". */
async function read<T>(reader: Reader, { json, parse }: Reading<T>, from: RawBuilder<unknown>): Promise<T[]> {
  const [answer] = await rowsOf(reader, sql`select ${json} as "rows" from ${from}`);
  return parse(answer?.['rows']);
}

/** One page of plain rows by keyset: page 1,000 costs what page 1 costs. */
export async function page<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
): Promise<Page<T>> {
  const source = sourceOf(reader, entity);
  const { reading, slice, order, condition, bounded, end, columns } = partsOf(source, listing);
  const rows = await reportMisfits(
    read(reader, reading, sql`(${reading.select(columns)} where ${bounded} ${end}) as "row"`),
  );
  return pageOf(rows, slice, order, async () => {
    const counted = rowsOf(
      reader,
      sql`select count(*) as "count" from ${source.from(columns)} where ${condition}`,
    );
    return Number((await reportMisfits(counted))[0]?.['count']);
  });
}

/** The same page for each of several owners, in one statement; their counts, when asked for, in another. */
export async function pagesOf<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
  owner: keyof T & string,
  keys: readonly number[],
): Promise<Page<T>[]> {
  const source = sourceOf(reader, entity);
  const { reading, slice, order, condition, bounded, end, columns } = partsOf(source, listing);
  const key = sql.raw(source.column(owner).sql);
  const found = read(
    reader,
    reading,
    sql`unnest(${keys}::int[]) as "given" ("key") cross join lateral (
      ${reading.select(columns)} where ${key} = "given"."key" and ${bounded} ${end}) as "row"`,
  );
  const rows = Map.groupBy(await reportMisfits(found), (row) => row[owner]);

  let counts: Promise<Map<unknown, number>> | undefined;
  const count = async () => {
    const counted = await reportMisfits(
      rowsOf(
        reader,
        sql`select ${key} as "key", count(*) as "count" from ${source.from(columns)}
          where ${key} = any(${keys}::int[]) and ${condition} group by ${key}`,
      ),
    );
    return new Map(counted.map((row) => [row['key'], Number(row['count'])]));
  };
  return keys.map((each) =>
    pageOf(rows.get(each as T[keyof T & string]) ?? [], slice, order, async () => {
      counts ??= count();
      return (await counts).get(each) ?? 0;
    }),
  );
}

/** Types of the arrays in which keys are given. */
const KEY_TYPES: Readonly<Record<string, string>> = { number: 'int', uuid: 'uuid' };

const directionsOf = (order: readonly SortKey[], find: (name: string) => Column): RawBuilder<unknown> =>
  sql.raw(order.map(({ property, direction }) => `${find(property).sql} ${direction}`).join());

interface Rows extends Wanted {
  order?: readonly SortKey[];
  /** Locks the rows until the transaction ends. */
  lock?: 'update' | 'no key update' | 'key share';
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
  const columns = new Columns(sourceOf(reader, entity), wanted.paths);
  const { sql: column, kind = '' } = columns.find(key);
  const isWanted = isAmong(column, values, KEY_TYPES[kind] ?? 'text');
  const condition = all([isWanted, conditionOf(wanted.scope, columns.find)]);
  return readRows(reader, columns, wanted, condition, [key]);
}

async function readRows<T extends object>(
  reader: Reader,
  columns: Columns<T>,
  wanted: Rows,
  condition: Condition,
  properties: readonly string[] = [],
): Promise<T[]> {
  const { order = [], lock } = wanted;
  const sorted = order.length === 0 ? sql`` : sql`order by ${directionsOf(order, columns.find)}`;
  const locked = lock === undefined ? sql`` : sql.raw(`for ${lock} of "e"`);
  const reading = readingOf(columns.source, wanted, properties);
  return read(
    reader,
    reading,
    sql`(${reading.select(columns.used)} where ${condition} ${sorted} ${locked}) as "row"`,
  );
}

/** A numbered page, as REST lists have it, and how many rows there are in all; in one statement. */
export async function numberedPage<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  { order, page: number, pageSize, ...wanted }: Wanted & { order?: SortKey } & NumberedPage,
): Promise<[T[], number]> {
  const source = sourceOf(reader, entity);
  const columns = new Columns(source, wanted.paths);
  const condition = conditionOf(wanted.scope, columns.find);
  const orders = orderOf(null, order);
  const sorted = directionsOf(orders, columns.find);
  const { offset, limit } = windowOf({ page: number, pageSize });
  const reading = readingOf(source, wanted, propertiesOf(orders));
  const [answer] = await rowsOf(
    reader,
    sql`select ${reading.json} as "rows", (select count(*) from ${source.from(columns.used)} where ${condition}) as "count"
      from (${reading.select(columns.used)} where ${condition} order by ${sorted} limit ${limit} offset ${offset}) as "row"`,
  );
  return [reading.parse(answer?.['rows']), Number(answer?.['count'])];
}
