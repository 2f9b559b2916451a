import { DomainError } from '../../../kernel/errors.js';

/** One after another; then the cluster seems to refuse everything. */
const MOST_REFUSALS = 20;

/** Whether the cluster answered that it does not take this one object, as against being away, busy, or not knowing us. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DomainError) || error.code !== 'UPSTREAM_ERROR') return false;
  const status = error.details.upstream?.status;
  return status !== 401 && status !== 429;
}

/** Works on each. What the cluster refuses holds nothing else up and is thrown at the end; any other failure at once. */
export async function settleAll<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let first: unknown;
  let refusals = 0;
  for await (const item of items) {
    try {
      await work(item);
      refusals = 0;
    } catch (error) {
      refusals += 1;
      first ??= error;
      if (!isRefusal(error) || refusals === MOST_REFUSALS) throw error;
    }
  }
  if (first !== undefined) throw first;
}
