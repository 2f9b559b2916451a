import type { z } from 'zod';
import { DomainError } from '../../../kernel/errors.js';
import type { Request } from '../connection.js';
import { statusOf } from '../failures.js';
import { pages, rereading } from '../list.js';
import type { Scope } from './scope.js';

/** More than any deployment has in one cluster. */
const MOST_ITEMS = 5000;

interface Listing<T extends z.ZodType> {
  path: string;
  labelSelector: string;
  item: T;
  form?: NonNullable<Request['form']>;
}

/** All items of a list that bear these labels. */
export function listAll<T extends z.ZodType>(
  { connection, signal }: Scope,
  { path, labelSelector, item, form = 'json' }: Listing<T>,
): Promise<z.output<T>[]> {
  const listing = { path, query: { labelSelector }, item, form, within: connection.pace.answer, signal };
  return rereading(async () => {
    const items: z.output<T>[] = [];
    for await (const page of pages(connection, listing)) {
      // Before it is added: a page may be as long as an answer.
      if (items.length + page.items.length > MOST_ITEMS) {
        throw new DomainError(
          'UPSTREAM_PROTOCOL',
          `${connection.named} has more than ${MOST_ITEMS} objects of one deployment`,
        );
      }
      items.push(...page.items);
    }
    return items;
  });
}

const NOT_FOUND = 404;
const FORBIDDEN = 403;

async function listUnless<T extends z.ZodType>(
  scope: Scope,
  listing: Listing<T>,
  none: readonly number[],
): Promise<z.output<T>[]> {
  try {
    return await listAll(scope, listing);
  } catch (error) {
    if (!none.includes(statusOf(error) ?? 0)) throw error;
    return [];
  }
}

/** The same, of a kind that not every cluster has. */
export function listWhereKnown<T extends z.ZodType>(
  scope: Scope,
  listing: Listing<T>,
): Promise<z.output<T>[]> {
  return listUnless(scope, listing, [NOT_FOUND]);
}

/** The same of charts, which an account need not have a right to, and then has none of; so also where none can be. */
export function listCharts<T extends z.ZodType>(scope: Scope, listing: Listing<T>): Promise<z.output<T>[]> {
  return listUnless(scope, listing, [NOT_FOUND, FORBIDDEN]);
}
