import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. */
const RESOLUTION = 10;

/**
 * The most CPU time, in milliseconds, that this thread took while nothing else could run on it. Other programs of a busy
 * machine do not count, as they would by the clock.
 */
export async function longestStall(run: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, user + system);
    before = process.threadCpuUsage();
  };
  const turns = setInterval(turn, RESOLUTION);
  await run();
  // The last turn is measured in the next one.
  await delay(2 * RESOLUTION);
  clearInterval(turns);
  return longest / 1000;
}
