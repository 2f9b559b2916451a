import { type KeyKind, type KeyValue, decodeCursor, encodeCursor } from '../kernel/cursors.js';
import { badInput } from '../kernel/errors.js';
import { type Edge, type Page, type PageInfo, type Slice, SortDirection } from '../kernel/pages.js';

/** One column of a total order. */
export interface SortKey {
  property: string;
  direction: SortDirection;
}

/** Names an order in its cursors. */
function signatureOf(order: readonly SortKey[]): string {
  return order.map(({ property, direction }) => `${property}:${direction}`).join();
}

/** Whether a column is read from its smallest value on. */
export function isAscending({ direction }: SortKey, backward: boolean): boolean {
  return (direction === SortDirection.ASC) !== backward;
}

/** The conditions of the slice's cursors; `beyond` gives that of rows strictly after values, or before them with `reverse`. */
export function boundsOf<C>(
  slice: Slice,
  order: readonly SortKey[],
  kinds: readonly KeyKind[],
  beyond: (values: readonly KeyValue[], reverse: boolean) => C,
): C[] {
  return (['after', 'before'] as const).flatMap((argument) => {
    const cursor = slice[argument];
    if (cursor === undefined) return [];
    return [beyond(decodeCursor(signatureOf(order), kinds, cursor, argument), argument === 'before')];
  });
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

type CursorOf<T> = (node: T) => string;

/** Cursors are written only when they are read. */
class KeysetEdge<T> implements Edge<T> {
  readonly #cursorOf: CursorOf<T>;

  constructor(
    readonly node: T,
    cursorOf: CursorOf<T>,
  ) {
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}

class KeysetPageInfo<T> implements PageInfo {
  readonly #nodes: readonly T[];
  readonly #cursorOf: CursorOf<T>;

  constructor(
    nodes: readonly T[],
    cursorOf: CursorOf<T>,
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
  ) {
    this.#nodes = nodes;
    this.#cursorOf = cursorOf;
  }

  get startCursor(): string | null {
    const first = this.#nodes.at(0);
    return first ? this.#cursorOf(first) : null;
  }

  get endCursor(): string | null {
    const last = this.#nodes.at(-1);
    return last ? this.#cursorOf(last) : null;
  }
}

/** The page of rows that were read in the slice's direction, with one more than asked for where there are more. */
export function pageOf<T extends object>(
  rows: readonly T[],
  slice: Slice,
  order: readonly SortKey[],
  count: () => Promise<number>,
): Page<T> {
  const hasMore = rows.length > slice.limit;
  const nodes = rows.slice(0, slice.limit);
  if (slice.backward) nodes.reverse();
  const cursorOf = (node: T) => {
    const values = order.map(({ property }) => (node as Record<string, KeyValue>)[property] ?? null);
    return encodeCursor(signatureOf(order), values);
  };
  const hasNextPage = slice.backward ? slice.before !== undefined : hasMore;
  const hasPreviousPage = slice.backward ? hasMore : slice.after !== undefined;
  return {
    get edges() {
      return nodes.map((node) => new KeysetEdge(node, cursorOf));
    },
    nodes,
    pageInfo: new KeysetPageInfo(nodes, cursorOf, hasNextPage, hasPreviousPage),
    get totalCount() {
      return count();
    },
  };
}
