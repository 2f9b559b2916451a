import type { EntityManager, EntityProperty, FilterQuery, FindOptions } from '@mikro-orm/postgresql';
import type { KeyKind, KeyValue } from '../kernel/cursors.js';
import { type Page, type PageArgs, SortDirection, sliceOf } from '../kernel/pages.js';
import type { Where } from './filter.js';
import { type SortKey, boundsOf, isAscending, pageOf, reportMisfits } from './keyset.js';

type EntityClass<T> = new () => T;

/** The caller's order, each property once, ended by the primary key so that it is total. */
export function totalOrder(orders: readonly SortKey[], primaryKey = 'id'): SortKey[] {
  const keys = [...orders, { property: primaryKey, direction: SortDirection.ASC }];
  return keys.filter(({ property }, index) => keys.findIndex((key) => key.property === property) === index);
}

/** Rows strictly after the key values in the order (before them with `reverse`). The columns must not be null. */
function beyond(order: readonly SortKey[], values: readonly KeyValue[], reverse: boolean): Where {
  const alternatives = order.map((key, index) => {
    const equal = order.slice(0, index).map(({ property }, i) => ({ [property]: values[i] }));
    const operator = isAscending(key, reverse) ? '$gt' : '$lt';
    return { $and: [...equal, { [key.property]: { [operator]: values[index] } }] };
  });
  return { $or: alternatives };
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
  { args, where, order }: PageQuery,
): Promise<Page<T>> {
  const slice = sliceOf(args);
  const { properties } = em.getMetadata(entity);
  const kinds = order.map(({ property }) => kindOf(properties[property]));
  const bounds = boundsOf(slice, order, kinds, (values, reverse) => beyond(order, values, reverse));
  const columns = order.map((key) => ({ [key.property]: isAscending(key, slice.backward) ? 'asc' : 'desc' }));
  const options: FindOptions<T> = { limit: slice.limit + 1, orderBy: columns };
  const selected = { $and: [where, ...bounds] } as FilterQuery<T>;
  const found = await reportMisfits(em.find(entity, selected, options));
  return pageOf(found as T[], slice, order, () => reportMisfits(em.count(entity, where as FilterQuery<T>)));
}
