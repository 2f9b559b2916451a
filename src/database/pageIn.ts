import type { KeyKind, KeyValue } from '../kernel/cursors.js';
import { matcherOf } from '../kernel/matching.js';
import { type ListArgs, type Page, sliceOf } from '../kernel/pages.js';
import { type SortKey, boundsOf, isAscending, pageOf } from './keyset.js';
import { orderOf } from './order.js';

type Values = readonly KeyValue[];

function compare(one: KeyValue, other: KeyValue): number {
  if (one === other) return 0;
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** Which of two stands first, both given by the values of the order's columns. */
function compareBy(order: readonly SortKey[], backward: boolean, one: Values, other: Values): number {
  for (const [index, key] of order.entries()) {
    const result = compare(one[index] ?? null, other[index] ?? null);
    if (result !== 0) return isAscending(key, backward) ? result : -result;
  }
  return 0;
}

/** A page of what has been read as a whole, as `page` has it of what is stored. `kinds` are those of what it is ordered by. */
export function pageIn<T extends object>(
  items: readonly T[],
  args: ListArgs<object, string>,
  kinds: Readonly<Record<string, KeyKind>>,
): Page<T> {
  const slice = sliceOf(args);
  const order = orderOf(args.orderBy);
  const { backward } = slice;
  const valuesOf = (item: T): KeyValue[] =>
    order.map(({ property }) => (item as Record<string, KeyValue>)[property] ?? null);
  const bounds = boundsOf(
    slice,
    order,
    order.map(({ property }) => kinds[property] ?? 'string'),
    (bound, reverse) => (values: Values) => compareBy(order, reverse, values, bound) > 0,
  );
  const matches = matcherOf(args.filter);
  const matching = items.filter((item) => matches(item)).map((item) => ({ item, values: valuesOf(item) }));
  const rows = matching
    .filter(({ values }) => bounds.every((isBeyond) => isBeyond(values)))
    .toSorted((one, other) => compareBy(order, backward, one.values, other.values))
    .slice(0, slice.limit + 1)
    .map(({ item }) => item);
  return pageOf(rows, slice, order, async () => matching.length);
}
