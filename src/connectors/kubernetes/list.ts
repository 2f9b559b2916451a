import type { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import type { Connection, Page } from './connection.js';
import { statusOf } from './failures.js';

const PAGE_SIZE = 500;
const MOST_ATTEMPTS = 3;
const EXPIRED = 410;

export interface Listing<T extends z.ZodType> {
  path: string;
  query?: Record<string, string>;
  item: T;
  /** Milliseconds for all pages, since they may have no end. */
  within: number;
  signal: AbortSignal;
}

/** A list page by page. Fails with status 410 when the cluster no longer knows how the list goes on. */
export async function* pages<T extends z.ZodType>(
  connection: Connection,
  { query, within, signal, ...listing }: Listing<T>,
): AsyncGenerator<Page<z.output<T>>> {
  const limit = AbortSignal.timeout(within);
  const call = { ...listing, signal: AbortSignal.any([signal, limit]) };
  let next: string | null = null;
  try {
    do {
      const page: Page<z.output<T>> = await connection.list({
        ...call,
        query: { ...query, limit: String(PAGE_SIZE), ...(next && { continue: next }) },
      });
      yield page;
      ({ next } = page);
    } while (next);
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
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
