import { LRUCache } from 'lru-cache';
import { DomainError } from '../../kernel/errors.js';
import { MAX_PAGE_SIZE, type PageInfo } from '../../kernel/pages.js';
import {
  type PageArguments,
  type PageOfUpstream,
  type Paging,
  type Place,
  RecordEdge,
  pageIn,
  wantedOf,
} from './paging.js';

/** A list of a platform. */
export interface PagedList {
  platformId: string;
  /** The operation that answers it. */
  operation: string;
  paging: Paging;
}

/** Calls the operation with these paging arguments, beside its others. */
export type Ask = (page: PageOfUpstream) => Promise<unknown>;

export interface Connection {
  edges: RecordEdge[];
  nodes: unknown[];
  pageInfo: PageInfo;
  /** Null where the upstream does not tell. */
  totalCount: number | null;
}

/** What has been read of a list. */
interface Found {
  edges: RecordEdge[];
  hasNextPage: boolean;
  total: number | undefined;
}

/** Calls for one page: an upstream that cuts pages short is asked on, but not for ever. */
const MOST_CALLS = 10;
/** Lists of platforms whose limits are remembered. */
const MOST_KNOWN = 10_000;

const BAD_REQUEST = 400;

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError &&
  error.code === 'UPSTREAM_ERROR' &&
  error.details.upstream?.status === BAD_REQUEST;

/** Lists that the upstream answers in pages of its own kind, as Relay has them. */
export class PageReader {
  /** The sizes of pages to which platforms keep, by list. */
  readonly #limits = new LRUCache<string, number>({ max: MOST_KNOWN });

  async read(list: PagedList, args: PageArguments, ask: Ask): Promise<Connection> {
    const { place, count } = wantedOf(list.operation, args);
    const read = list.paging.by === 'marker' ? byMarker : this.#byOffset.bind(this);
    const { edges, hasNextPage, total } = await read(list, place, count, ask);
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage,
        hasPreviousPage: place.position > 0,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      totalCount: total ?? null,
    };
  }

  async #byOffset(list: PagedList, place: Place, count: number, ask: Ask): Promise<Found> {
    const { operation, paging } = list;
    const found: Found = { edges: [], hasNextPage: false, total: undefined };
    let size = this.#sizeFor(list, place, count);
    let { position } = place;
    const end = position + count;
    for (let calls = 0; calls < MOST_CALLS; calls += 1) {
      const pages = Math.floor(position / size);
      const before = paging.unit === 'pages' ? pages * size : position;
      const offset = paging.unit === 'pages' ? pages : position;
      const answer = await this.#askFor(list, size, async () => ask({ offset, limit: size }));
      if (answer === undefined) {
        size = paging.max ?? size;
        continue;
      }
      const { items, total = found.total } = pageIn(operation, paging, answer, before);
      const upstreamEnd = before + items.length;
      for (const item of items.slice(position - before, end - before)) {
        position += 1;
        if (item === null) continue;
        found.edges.push(new RecordEdge(operation, { position, marker: null, skip: 0 }, item));
      }
      const isFull = items.length === size || items.length === paging.max;
      const isLast = items.length === 0 || (total === undefined ? !isFull : upstreamEnd >= total);
      found.total = total;
      found.hasNextPage = position < upstreamEnd || !isLast;
      if (position >= end || isLast) break;
      // The upstream has cut the page.
      size = Math.min(size, items.length);
    }
    return found;
  }

  /** Records to ask for: all, and one more where nothing else tells whether others follow. */
  #sizeFor({ paging, ...list }: PagedList, { position }: Place, count: number): number {
    const { max = MAX_PAGE_SIZE, total, unit } = paging;
    const isCountedInPages = unit === 'pages';
    const more = total === undefined && !isCountedInPages && count < max ? 1 : 0;
    const size = Math.max(1, count + more);
    // An upstream that cuts a page silently counts pages in its own size, and answers other records then.
    const most = isCountedInPages && position > 0 ? max : this.#limits.get(keyOf(list));
    return Math.min(size, most ?? size);
  }

  /** Undefined where the platform refuses pages of that size. */
  async #askFor({ paging, ...list }: PagedList, size: number, ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error) || paging.max === undefined || size <= paging.max) throw error;
      this.#limits.set(keyOf(list), paging.max);
      return undefined;
    }
  }
}

const keyOf = ({ platformId, operation }: Pick<PagedList, 'platformId' | 'operation'>): string =>
  `${platformId} ${operation}`;

async function byMarker(
  { operation, paging }: PagedList,
  place: Place,
  count: number,
  ask: Ask,
): Promise<Found> {
  const { max = MAX_PAGE_SIZE } = paging;
  const found: Found = { edges: [], hasNextPage: false, total: undefined };
  let { marker, position, skip } = place;
  const end = position + count;
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const limit = Math.max(1, Math.min(skip + end - position, max));
    const answer = await ask(marker === null ? { limit } : { continue: marker, limit });
    const { items, total, next } = pageIn(operation, paging, answer, position - skip);
    for (const item of items.slice(skip, skip + end - position)) {
      position += 1;
      skip += 1;
      const here = skip === items.length && next !== null ? { marker: next, skip: 0 } : { marker, skip };
      if (item !== null) found.edges.push(new RecordEdge(operation, { position, ...here }, item));
    }
    found.total = total;
    found.hasNextPage = skip < items.length || next !== null;
    if (position >= end || next === null || next === marker) break;
    marker = next;
    skip = 0;
  }
  return found;
}
