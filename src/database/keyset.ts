import { type KeyValue, encodeCursor } from '../kernel/cursors.js';
import { badInput } from '../kernel/errors.js';
import { type Edge, type Page, type Slice, SortDirection } from '../kernel/pages.js';

/** One column of a total order. */
export interface SortKey {
  property: string;
  direction: SortDirection;
}

/** Names an order in its cursors. */
export function signatureOf(order: readonly SortKey[]): string {
  return order.map(({ property, direction }) => `${property}:${direction}`).join();
}

/** Whether a column is read from its smallest value on. */
export function isAscending({ direction }: SortKey, backward: boolean): boolean {
  return (direction === SortDirection.ASC) !== backward;
}

/** PostgreSQL's codes for values that do not fit their column: a uuid that is none, a number out of range. */
const MISFITS = new Set(['22P02', '22003', '22007', '22008']);

/** BAD_INPUT where a filter's value cannot be in its column. */
export async function reportMisfits<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (!MISFITS.has(String((error as { code?: unknown }).code))) throw error;
    throw badInput([{ path: 'filter', message: 'a value does not have the form that its field needs' }]);
  }
}

/** The page of rows that were read in the slice's direction, with one more than asked for where there are more. */
export function pageOf<T extends object>(
  rows: readonly T[],
  slice: Slice,
  order: readonly SortKey[],
  count: () => Promise<number>,
): Page<T> {
  const signature = signatureOf(order);
  const hasMore = rows.length > slice.limit;
  const nodes = rows.slice(0, slice.limit);
  if (slice.backward) nodes.reverse();
  const edges: Edge<T>[] = nodes.map((node) => {
    const values = order.map(({ property }) => (node as Record<string, KeyValue>)[property] ?? null);
    return { node, cursor: encodeCursor(signature, values) };
  });
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
      return count();
    },
  };
}
