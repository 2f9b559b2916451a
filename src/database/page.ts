import type { EntityManager, FilterQuery, FindOptions } from '@mikro-orm/postgresql';
import { type KeyValue, decodeCursor, encodeCursor } from '../kernel/cursors.js';
import { badInput } from '../kernel/errors.js';
import { type Edge, type Page, type PageArgs, SortDirection, sliceOf } from '../kernel/pages.js';
import { partsOf } from '../kernel/parts.js';

type EntityClass<T> = new () => T;
type Where = Record<string, unknown>;

/** One column of a total order. */
export interface SortKey {
  property: string;
  direction: SortDirection;
}

/** The caller's order, each property once, ended by the primary key so that it is total. */
export function totalOrder(orders: readonly SortKey[], primaryKey = 'id'): SortKey[] {
  const keys = [...orders, { property: primaryKey, direction: SortDirection.ASC }];
  return keys.filter(({ property }, index) => keys.findIndex((key) => key.property === property) === index);
}

const OPERATORS = { eq: '$eq', in: '$in', gt: '$gt', gte: '$gte', lt: '$lt', lte: '$lte' } as const;

/** The text as a LIKE pattern that matches it literally. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function condition(operator: string, value: unknown): Where {
  if (operator === 'contains') return { $ilike: `%${literalPattern(String(value))}%` };
  if (operator === 'startsWith') return { $ilike: `${literalPattern(String(value))}%` };
  return { [OPERATORS[operator as keyof typeof OPERATORS]]: value };
}

interface Combinable<F> {
  and?: F[];
  or?: F[];
  not?: F;
}

/** Objects, lists and values of a filter: each becomes a part of the statement. */
const MAX_FILTER_PARTS = 2000;

/** A filter input (fields with operators, and/or/not) as MikroORM's condition; BAD_INPUT when it is too large. */
export function whereOf<F extends Combinable<F>>(filter: F | null | undefined): Where {
  if (partsOf(filter) > MAX_FILTER_PARTS) {
    throw badInput([{ path: 'filter', message: `has more than ${MAX_FILTER_PARTS} conditions and values` }]);
  }
  return conditionsOf(filter);
}

function conditionsOf<F extends Combinable<F>>(filter: F | null | undefined): Where {
  const terms = Object.entries(filter ?? {}).flatMap(([field, value]): Where[] => {
    if (value == null) return [];
    if (field === 'and') return (value as F[]).map(conditionsOf);
    if (field === 'or') return [{ $or: (value as F[]).map(conditionsOf) }];
    if (field === 'not') return [{ $not: conditionsOf(value as F) }];
    return Object.entries(value as Where)
      .filter(([operator, operand]) => operand !== undefined && (operand !== null || operator === 'eq'))
      .map(([operator, operand]) => ({ [field]: condition(operator, operand) }));
  });
  return terms.length === 0 ? {} : { $and: terms };
}

/** Rows strictly after the key values in the order (before them with `reverse`). The columns must not be null. */
function beyond(order: readonly SortKey[], values: readonly KeyValue[], reverse: boolean): Where {
  const alternatives = order.map(({ property, direction }, index) => {
    const equal = order.slice(0, index).map((key, i) => ({ [key.property]: values[i] }));
    const operator = (direction === SortDirection.ASC) === reverse ? '$lt' : '$gt';
    return { $and: [...equal, { [property]: { [operator]: values[index] } }] };
  });
  return { $or: alternatives };
}

/** PostgreSQL's codes for values that do not fit their column: a uuid that is none, a number out of range. */
const MISFITS = new Set(['22P02', '22003', '22007', '22008']);

async function reportMisfits<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (!MISFITS.has(String((error as { code?: unknown }).code))) throw error;
    throw badInput([{ path: 'filter', message: 'a value does not have the form that its field needs' }]);
  }
}

interface PageQuery {
  args: PageArgs;
  where: Where;
  order: readonly SortKey[];
}

/** One page by keyset: page 1,000 costs what page 1 costs. */
export async function findPage<T extends object>(
  em: EntityManager,
  entity: EntityClass<T>,
  query: PageQuery,
): Promise<Page<T>> {
  const { where, order } = query;
  const slice = sliceOf(query.args);
  const signature = order.map(({ property, direction }) => `${property}:${direction}`).join();
  const cursorOf = (row: T) =>
    encodeCursor(
      signature,
      order.map(({ property }) => (row as Record<string, KeyValue>)[property] ?? null),
    );

  const bounds = (['after', 'before'] as const).flatMap((argument) => {
    const cursor = slice[argument];
    if (cursor === undefined) return [];
    return [beyond(order, decodeCursor(signature, order.length, cursor, argument), argument === 'before')];
  });
  const columns = order.map(({ property, direction }) => ({
    [property]: (direction === SortDirection.ASC) === slice.backward ? 'desc' : 'asc',
  }));
  const options: FindOptions<T> = { limit: slice.limit + 1, orderBy: columns };
  const selected = { $and: [where, ...bounds] } as FilterQuery<T>;
  const found = await reportMisfits(em.find(entity, selected, options));
  const rows = found as T[];

  const hasMore = rows.length > slice.limit;
  const nodes = rows.slice(0, slice.limit);
  if (slice.backward) nodes.reverse();
  const edges: Edge<T>[] = nodes.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: slice.backward ? slice.before !== undefined : hasMore,
      hasPreviousPage: slice.backward ? hasMore : slice.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    get totalCount() {
      return reportMisfits(em.count(entity, where as FilterQuery<T>));
    },
  };
}
