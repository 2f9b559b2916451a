import type { EntityManager, EntityProperty, FilterQuery, FindOptions } from '@mikro-orm/postgresql';
import { type KeyKind, type KeyValue, decodeCursor, encodeCursor } from '../kernel/cursors.js';
import { badInput } from '../kernel/errors.js';
import { type Edge, type Page, type PageArgs, SortDirection, sliceOf } from '../kernel/pages.js';
import type { Where } from './filter.js';

type EntityClass<T> = new () => T;

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

const KINDS: readonly KeyKind[] = ['uuid', 'string', 'number', 'boolean', 'Date'];

function kindOf(property: EntityProperty | undefined): KeyKind {
  const kind = KINDS.find((each) => each === property?.type || each === property?.runtimeType);
  if (!kind) throw new Error(`no list can be ordered by ${property?.name}`);
  return kind;
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

  const { properties } = em.getMetadata(entity);
  const kinds = order.map(({ property }) => kindOf(properties[property]));
  const bounds = (['after', 'before'] as const).flatMap((argument) => {
    const cursor = slice[argument];
    if (cursor === undefined) return [];
    return [beyond(order, decodeCursor(signature, kinds, cursor, argument), argument === 'before')];
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
