import { Backoff } from './backoff.js';
import { isTransient } from './failures.js';
import type { Pace } from './pace.js';

const MOST_TRIES = 3;
/** Seconds; a cluster that wants to be left alone for longer is. */
const MOST_RETRY_AFTER = 5;

/** Tries again what may be repeated and failed for a reason that passes. */
export async function retrying<T>(
  { backoffBase }: Pace,
  { signal, closed }: { signal: AbortSignal; closed: AbortSignal },
  attempt: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(backoffBase, MOST_RETRY_AFTER * 1000);
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (tries === MOST_TRIES || !isTransient(error)) throw error;
      const { retryAfter = 0 } = error.details;
      if (retryAfter > MOST_RETRY_AFTER) throw error;
      await backoff.wait(AbortSignal.any([signal, closed]), retryAfter * 1000);
    }
  }
}
