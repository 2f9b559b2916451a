import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type KeyKind, type KeyValue, decodeCursor } from '../kernel/cursors.js';
import { type Order, type Page, type PageArgs, SortDirection, sliceOf } from '../kernel/pages.js';
import type { Where } from './filter.js';
import { type SortKey, isAscending, pageOf, reportMisfits, signatureOf } from './keyset.js';

type Condition = RawBuilder<SqlBool>;

/** What a list can be filtered and, where it has a kind, ordered by. */
export interface Column {
  sql: RawBuilder<unknown>;
  kind?: KeyKind;
  /** Makes a condition on the values of another table one on the row: `exists (... and condition)`. */
  within?: (condition: Condition) => Condition;
}

/** Plain rows and how they are read; `T` has the properties that `columns` names with a kind. */
export interface RowSource<T> {
  select: RawBuilder<unknown>;
  from: RawBuilder<unknown>;
  columns: Readonly<Record<string, Column>>;
  read: (row: Record<string, unknown>) => T;
}

export interface RowQuery {
  args: PageArgs;
  where: Where;
  order: readonly SortKey[];
}

const OPERATORS: Record<string, (column: RawBuilder<unknown>, value: unknown) => Condition> = {
  $eq: (column, value) => (value === null ? sql`${column} is null` : sql`${column} = ${value}`),
  $in: (column, value) => {
    const values = value as unknown[];
    return values.length === 0 ? sql`false` : sql`${column} in (${sql.join(values)})`;
  },
  $gt: (column, value) => sql`${column} > ${value}`,
  $gte: (column, value) => sql`${column} >= ${value}`,
  $lt: (column, value) => sql`${column} < ${value}`,
  $lte: (column, value) => sql`${column} <= ${value}`,
  $ilike: (column, value) => sql`${column} ilike ${value}`,
};

function operatorOf(name: string) {
  const operator = OPERATORS[name];
  if (!operator) throw new Error(`there is no operator ${name}`);
  return operator;
}

const all = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;

/** A condition in the form that `whereOf` gives, as SQL. */
export function conditionOf(where: Where, columns: RowSource<unknown>['columns']): Condition {
  const conditions = Object.entries(where).map(([name, value]): Condition => {
    const parts = () => (value as Where[]).map((part) => conditionOf(part, columns));
    if (name === '$and') return all(parts());
    if (name === '$or') return sql`(${sql.join([sql`false`, ...parts()], sql` or `)})`;
    if (name === '$not') return sql`not coalesce(${conditionOf(value as Where, columns)}, false)`;
    const column = columns[name];
    if (!column) throw new Error(`no list can be filtered by ${name}`);
    const tests = Object.entries(value as Where).map(([key, operand]) =>
      operatorOf(key)(column.sql, operand),
    );
    return column.within ? column.within(all(tests)) : all(tests);
  });
  return all(conditions);
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
  columns: readonly RawBuilder<unknown>[],
  values: readonly KeyValue[],
  reverse: boolean,
): Condition {
  const after = (key: SortKey) => (isAscending(key, reverse) ? sql`>` : sql`<`);
  const [first] = order;
  if (!first) throw new Error('an order needs a column');
  if (order.every(({ direction }) => direction === first.direction)) {
    return sql`(${sql.join(columns)}) ${after(first)} (${sql.join(values)})`;
  }
  const alternatives = order.map((key, index) => {
    const equal = columns.slice(0, index).map((column, i) => sql<SqlBool>`${column} = ${values[i]}`);
    return all([...equal, sql`${columns[index]} ${after(key)} ${values[index]}`]);
  });
  return sql`(${columns[0]} ${after(first)}= ${values[0]} and (${sql.join(alternatives, sql` or `)}))`;
}

/** Runs the statement in the manager's transaction, if it has one. */
export async function rowsOf(
  em: EntityManager,
  statement: RawBuilder<unknown>,
): Promise<Record<string, unknown>[]> {
  const { rows } = await statement.execute(em.getKysely());
  return rows as Record<string, unknown>[];
}

function partsOf<T>({ select, from, columns }: RowSource<T>, { args, where, order }: RowQuery) {
  const slice = sliceOf(args);
  const found = order.map(({ property }) => {
    const column = columns[property];
    if (!column?.kind) throw new Error(`no list can be ordered by ${property}`);
    return { sql: column.sql, kind: column.kind };
  });
  const sorted = found.map((column) => column.sql);
  const kinds = found.map(({ kind }) => kind);
  const bounds = (['after', 'before'] as const).flatMap((argument) => {
    const cursor = slice[argument];
    if (cursor === undefined) return [];
    const values = decodeCursor(signatureOf(order), kinds, cursor, argument);
    return [beyond(order, sorted, values, argument === 'before')];
  });
  const directions = order.map((key, index) => {
    const direction = isAscending(key, slice.backward) ? sql`asc` : sql`desc`;
    return sql`${sorted[index]} ${direction}`;
  });
  const condition = conditionOf(where, columns);
  const end = sql`order by ${sql.join(directions)} limit ${slice.limit + 1}`;
  return { select, from, condition, slice, end, within: all([condition, ...bounds]) };
}

/** One page of plain rows by keyset. */
export async function pageOfRows<T extends object>(
  em: EntityManager,
  source: RowSource<T>,
  query: RowQuery,
): Promise<Page<T>> {
  const { select, from, condition, slice, end, within } = partsOf(source, query);
  const rows = await reportMisfits(rowsOf(em, sql`select ${select} from ${from} where ${within} ${end}`));
  return pageOf(rows.map(source.read), slice, query.order, async () => {
    const counted = rowsOf(em, sql`select count(*) as "count" from ${from} where ${condition}`);
    return Number((await reportMisfits(counted))[0]?.['count']);
  });
}

/** The same page for each of several owners, in one statement; their counts, when asked for, in another. */
export async function pagesOfRows<T extends object>(
  em: EntityManager,
  source: RowSource<T>,
  query: RowQuery,
  owner: RawBuilder<unknown>,
  keys: readonly number[],
): Promise<Page<T>[]> {
  const { select, from, condition, slice, end, within } = partsOf(source, query);
  const given = sql.join(keys.map((key) => sql`(${key}::int)`));
  const statement = sql`select "page".* from (values ${given}) as "given" ("key") cross join lateral (
    select "given"."key" as "owner_key", ${select} from ${from}
    where ${owner} = "given"."key" and ${within} ${end}) as "page"`;
  const rows = Map.groupBy(await reportMisfits(rowsOf(em, statement)), (row) => row['owner_key']);

  let counts: Promise<Map<unknown, number>> | undefined;
  const count = async () => {
    const counted = await reportMisfits(
      rowsOf(
        em,
        sql`select ${owner} as "key", count(*) as "count" from ${from}
          where ${owner} in (${sql.join(keys)}) and ${condition} group by ${owner}`,
      ),
    );
    return new Map(counted.map((row) => [row['key'], Number(row['count'])]));
  };
  return keys.map((key) =>
    pageOf((rows.get(key) ?? []).map(source.read), slice, query.order, async () => {
      counts ??= count();
      return (await counts).get(key) ?? 0;
    }),
  );
}
