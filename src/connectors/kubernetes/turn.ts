import { setTimeout } from 'node:timers/promises';
import type { BulkheadPolicy } from 'cockatiel';

export interface Turn<T> {
  /** In which all take turns. */
  turns: BulkheadPolicy;
  work: () => Promise<T>;
  /** Done each period while others are at work. Who throws here waits no longer. */
  meanwhile?: () => Promise<void>;
  /** Milliseconds. */
  period: number;
  signal: AbortSignal;
}

/** Does the work when it is its turn. */
export async function takeTurn<T>({ turns, work, meanwhile, period, signal }: Turn<T>): Promise<T> {
  const begun = new AbortController();
  const left = new AbortController();
  const done = turns.execute(async () => {
    begun.abort();
    return work();
  }, left.signal);

  const wait = async (): Promise<void> => {
    const over = AbortSignal.any([begun.signal, signal]);
    while (!over.aborted) {
      await setTimeout(period, undefined, { signal: over }).catch(() => undefined);
      if (!over.aborted) await meanwhile?.();
    }
    if (!begun.signal.aborted) signal.throwIfAborted();
  };
  const waited = wait().catch((error: unknown) => {
    if (begun.signal.aborted) return;
    left.abort();
    throw error;
  });
  return Promise.race([done, waited.then(async () => done)]);
}
