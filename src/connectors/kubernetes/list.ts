import type { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import { type Connection, MOST_PAGE_BYTES, type Page, type Request } from './connection.js';
import { protocolFailure, statusOf } from './failures.js';

const PAGE_SIZE = 500;
const MOST_ATTEMPTS = 3;
const EXPIRED = 410;

export interface Listing<T extends z.ZodType> {
  path: string;
  query?: Record<string, string>;
  form?: NonNullable<Request['form']>;
  item: T;
  /** Milliseconds for all pages, since they may have no end. */
  within: number;
  signal: AbortSignal;
}

/** Of a page that came whole, the limit of the next one: larger where few bytes came, since a page is one round trip. */
function limitAfter({ bytes }: Page<unknown>, limit: number): number {
  return bytes < MOST_PAGE_BYTES / 4 ? Math.min(PAGE_SIZE, limit * 2) : limit;
}

/**
 * A list page by page; what is too large for one page comes on smaller ones, down to those of one item, of which a page
 * that is still too large is the beginning. Fails with status 410 when the cluster no longer knows how the list goes on.
 */
export async function* pages<T extends z.ZodType>(
  connection: Connection,
  { query, within, signal, ...listing }: Listing<T>,
): AsyncGenerator<Page<z.output<T>>> {
  const time = AbortSignal.timeout(within);
  const call = { ...listing, signal: AbortSignal.any([signal, time]) };
  let limit = PAGE_SIZE;
  let next: string | null = null;
  try {
    for (;;) {
      const page: Page<z.output<T>> = await connection.list({
        ...call,
        query: { ...query, limit: String(limit), ...(next && { continue: next }) },
      });
      const isUnpaged = page.items.length > limit;
      if (page.isCut && limit > 1 && !isUnpaged) {
        limit = Math.max(1, Math.floor(page.items.length / 2));
        continue;
      }
      if (page.next === undefined || (page.isCut && isUnpaged))
        throw protocolFailure(connection, `answered with more than ${MOST_PAGE_BYTES} bytes`);
      yield page;
      if (page.next === null) return;
      ({ next } = page);
      limit = limitAfter(page, limit);
    }
  } catch (error) {
    if (!time.aborted || signal.aborted) throw error;
    const message = `${connection.named} did not send its list in time`;
    throw new DomainError('UPSTREAM_TIMEOUT', message, {}, { cause: error });
  }
}

export function isExpired(error: unknown): boolean {
  return statusOf(error) === EXPIRED;
}

/** Runs what reads pages, from the start when the cluster loses the thread between two of them. */
export async function rereading<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isExpired(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
