import { type RawBuilder, sql } from 'kysely';
import { type ListArgs, SortDirection } from '../kernel/pages.js';
import type { SortKey } from './keyset.js';
import type { Column } from './source.js';

const BY_KEY: SortKey = { property: 'id', direction: SortDirection.ASC };

const onceEach = (keys: readonly SortKey[]): SortKey[] =>
  keys.filter(({ property }, index) => keys.findIndex((key) => key.property === property) === index);

/**
 * The caller's order, each property once, ended by the primary key. The key runs the way of the column before it, so
 * that one index on both serves either direction.
 */
export function orderOf(orderBy: ListArgs<object, string>['orderBy'], fallback = BY_KEY): SortKey[] {
  const chosen = orderBy?.map(({ field, direction }) => ({ property: field, direction }));
  const orders = onceEach(chosen ?? [fallback]);
  return onceEach([...orders, { ...BY_KEY, direction: orders.at(-1)?.direction ?? SortDirection.ASC }]);
}

export const propertiesOf = (order: readonly SortKey[]): string[] => order.map(({ property }) => property);

/** What stands after `order by`. */
export const directionsOf = (
  order: readonly SortKey[],
  find: (name: string) => Column,
): RawBuilder<unknown> =>
  sql.raw(order.map(({ property, direction }) => `${find(property).sql} ${direction}`).join());
