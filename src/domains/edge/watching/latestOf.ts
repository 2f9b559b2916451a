import { setTimeout as delay } from 'node:timers/promises';

type Work = () => Promise<void>;

/**
 * Does one piece of work at a time, again until it succeeds. While it does, the latest that is asked for waits, and what
 * waited before is dropped. `pause` is the time in milliseconds before what failed is tried again.
 */
export function latestOf(
  signal: AbortSignal,
  pause: number,
  failed: (error: unknown) => void,
): (work: Work) => void {
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
        await delay(pause, undefined, { signal }).catch(() => undefined);
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
