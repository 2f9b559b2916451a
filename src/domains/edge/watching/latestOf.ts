import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds before what failed is tried again. */
const PAUSE = 2000;

type Work = () => Promise<void>;

/**
 * Does one piece of work at a time, again until it succeeds. While it does, the latest that is asked for waits, and what
 * waited before is dropped.
 */
export function latestOf(signal: AbortSignal, failed: (error: unknown) => void): (work: Work) => void {
  let waiting: Work | undefined;
  let isWorking = false;
  const run = async (): Promise<void> => {
    isWorking = true;
    for (let work = waiting; work && !signal.aborted; work = waiting) {
      waiting = undefined;
      try {
        await work();
      } catch (error) {
        failed(error);
        await delay(PAUSE, undefined, { signal }).catch(() => undefined);
        waiting ??= work;
      }
    }
    isWorking = false;
  };
  return (work) => {
    waiting = work;
    if (!isWorking) void run();
  };
}
