import type { KeyKind, KeyValue } from '../../kernel/cursors.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import { matcherOf } from '../../kernel/matching.js';
import { type ListArgs, type NumberedPage, type Page, SortDirection, sliceOf } from '../../kernel/pages.js';
import { boundsOf, isAscending, pageOf } from '../../database/keyset.js';
import { orderOf } from '../../database/order.js';
import { type Listed, MOST_ON_PAGE, type RegistryQuery } from './imageRegistry.port.js';

/** Rows that are read of the registry for one answer: 100 of its pages. */
const MOST_READ = 10_000;

export interface Keyed {
  id: number;
  name: string;
}

/** One of the registry's pages. */
export type ReadPage<T> = (query: RegistryQuery) => Promise<Listed<T>>;

const KINDS: Readonly<Record<string, KeyKind>> = { id: 'number', name: 'string' };

type By = RegistryQuery['by'];

/** What of a query stays the same from page to page. */
type Start = Omit<RegistryQuery, 'page'>;

const tooMany = (path: string, message: string) => badInput([{ path, message }]);

/** All rows in order, from a key on, itself too. A page begins where the last one ended, so that rows may come and go. */
async function* rowsFrom<T extends Keyed>(read: ReadPage<T>, start: Start): AsyncGenerator<T> {
  let { from } = start;
  for (;;) {
    const { items } = await read({ ...start, from, page: 1 });
    const last = items.at(-1);
    if (items.length > 1 && last?.[start.by] === from)
      throw new DomainError('UPSTREAM_PROTOCOL', 'the image repository does not go on in its list');
    yield* from === start.from ? items : items.filter((item) => item[start.by] !== from);
    if (!last || items.length < start.pageSize) return;
    from = last[start.by];
  }
}

/** What the registry itself can look for. */
function hintOf(filter: unknown): string | undefined {
  const { name } = (filter ?? {}) as {
    name?: { eq?: string; contains?: string; startsWith?: string } | null;
  };
  return name?.contains ?? name?.startsWith ?? name?.eq ?? undefined;
}

/** A page by keyset of what is in a registry. */
export async function registryPage<T extends Keyed>(
  args: ListArgs<object, string>,
  read: ReadPage<T>,
): Promise<Page<T>> {
  const slice = sliceOf(args);
  const order = orderOf(args.orderBy);
  // Keys and names are unique each.
  const [key = { property: 'id', direction: SortDirection.ASC }] = order;
  const by = key.property as By;
  const kinds = order.map(({ property }) => KINDS[property] ?? 'string');
  const bounds = boundsOf(slice, order, kinds, ([value = null], isBefore) => ({ value, isBefore }));
  const boundAt = (isBefore: boolean): KeyValue | undefined =>
    bounds.find((bound) => bound.isBefore === isBefore)?.value;
  const ascending = isAscending(key, slice.backward);
  const [first, end] = [boundAt(slice.backward), boundAt(!slice.backward)];
  const matches = matcherOf(args.filter);
  const isFiltered = args.filter != null;
  const start: Start = {
    by,
    direction: ascending ? SortDirection.ASC : SortDirection.DESC,
    nameContains: hintOf(args.filter),
    // What bounds the page is read too.
    pageSize: isFiltered ? MOST_ON_PAGE : Math.min(MOST_ON_PAGE, slice.limit + 2),
  };
  const isBeyondEnd = (item: T): boolean => {
    if (end == null) return false;
    return ascending ? item[by] >= end : item[by] <= end;
  };

  const rows: T[] = [];
  let seen = 0;
  for await (const item of rowsFrom(read, {
    ...start,
    from: (first as number | string | null) ?? undefined,
  })) {
    if (isBeyondEnd(item) || rows.length > slice.limit) break;
    seen += 1;
    if (seen > MOST_READ)
      throw tooMany('filter', `holds of none of the first ${MOST_READ}; narrow it by name`);
    if (item[by] !== first && matches(item)) rows.push(item);
  }
  return pageOf(rows, slice, order, async () => count(read, start, isFiltered ? matches : undefined));
}

async function count<T extends Keyed>(
  read: ReadPage<T>,
  start: Start,
  matches: ((item: T) => boolean) | undefined,
): Promise<number> {
  if (!matches) return (await read({ ...start, page: 1, pageSize: 1 })).total;
  let [seen, found] = [0, 0];
  for await (const item of rowsFrom(read, start)) {
    seen += 1;
    if (seen > MOST_READ) throw tooMany('filter', `is counted among ${MOST_READ} at most; narrow it by name`);
    if (matches(item)) found += 1;
  }
  return found;
}

/** A numbered page of what is in a registry, by key, and how many rows there are in all. */
export async function registryNumberedPage<T extends Keyed>(
  {
    page,
    pageSize,
    ...filter
  }: NumberedPage & Pick<RegistryQuery, 'direction' | 'nameContains' | 'isPublic'>,
  read: ReadPage<T>,
): Promise<[T[], number]> {
  const by: Start = { ...filter, by: 'id', pageSize: MOST_ON_PAGE };
  if (pageSize > 0 && pageSize <= MOST_ON_PAGE) {
    const { items, total } = await read({ ...by, page, pageSize });
    return [items, total];
  }
  const limit = pageSize === 0 ? Infinity : pageSize;
  const offset = pageSize === 0 ? 0 : (page - 1) * pageSize;
  if (pageSize === 0 && page > 1) {
    const { total } = await read({ ...by, page: 1, pageSize: 1 });
    return [[], total];
  }
  const place = Math.floor(offset / MOST_ON_PAGE) + 1;
  const { items, total } = await read({ ...by, page: place });
  if (Math.min(limit, total - offset) > MOST_READ)
    throw tooMany('pageSize', `must be given, and at most ${MOST_READ}, since more match`);
  const rows = items.slice(offset % MOST_ON_PAGE);
  const last = items.at(-1);
  if (last && items.length === MOST_ON_PAGE) {
    for await (const item of rowsFrom(read, { ...by, from: last.id })) {
      if (rows.length >= Math.min(limit, MOST_READ)) break;
      if (item.id !== last.id) rows.push(item);
    }
  }
  return [rows.slice(0, limit), total];
}

/** The same for rows that have all been read. */
export function readFrom<T extends Keyed>(rows: readonly T[]): ReadPage<T> {
  return ({ by, direction, from, page, pageSize }) => {
    const isAscending = direction === SortDirection.ASC;
    const turned = (one: T, other: T) => {
      if (one[by] === other[by]) return 0;
      return one[by] < other[by] === isAscending ? -1 : 1;
    };
    const wanted = rows
      .filter((row) => from === undefined || (isAscending ? row[by] >= from : row[by] <= from))
      .toSorted(turned);
    const items = wanted.slice((page - 1) * pageSize, page * pageSize);
    return Promise.resolve({ items, total: wanted.length });
  };
}
