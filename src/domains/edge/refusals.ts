import { DomainError } from '../../kernel/errors.js';

/** Whether the cluster answered that it does not want this one object, as against being away or not wanting us. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DomainError) || error.code !== 'UPSTREAM_ERROR') return false;
  const status = error.details.upstream?.status ?? 400;
  return status < 500 && status !== 401 && status !== 429;
}

/** Works on each. What the cluster refuses holds nothing else up and is thrown at the end; any other failure at once. */
export async function forEachDespiteRefusals<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const refusals: unknown[] = [];
  for await (const item of items) {
    await work(item).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      refusals.push(error);
    });
  }
  if (refusals.length > 0) throw refusals[0];
}
