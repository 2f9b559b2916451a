import { DomainError } from '../../kernel/errors.js';

/** Checks each before it works on the first, so that what is refused beforehand changes nothing. */
export async function allOrNothing<K, T>(
  keys: readonly K[],
  check: (key: K) => Promise<T>,
  work: (checked: T) => Promise<void>,
): Promise<T[]> {
  const checked: T[] = [];
  for (const key of new Set(keys)) checked.push(await check(key));
  for (const [done, each] of checked.entries()) {
    try {
      await work(each);
    } catch (error) {
      // Somebody else was quicker.
      if (error instanceof DomainError && error.code === 'NOT_FOUND') continue;
      throw done === 0 ? error : partly(error, done, checked.length);
    }
  }
  return checked;
}

function partly(error: unknown, done: number, all: number): unknown {
  if (!(error instanceof DomainError)) return error;
  const message = `${done} of ${all} were deleted, then: ${error.message}`;
  return new DomainError(error.code, message, error.details, { cause: error });
}
