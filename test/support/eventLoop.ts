import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. */
const RESOLUTION = 10;

/** The longest time, in milliseconds, in which nothing else could run while this did. */
export async function longestStall(run: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  await run();
  // The last turn is measured in the next one.
  await delay(2 * RESOLUTION);
  histogram.disable();
  return histogram.max / 1e6;
}
