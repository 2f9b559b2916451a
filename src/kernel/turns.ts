import { setImmediate } from 'node:timers/promises';

let latest: Promise<void> = Promise.resolve();

/**
 * Lets all others have their turn. Each that waits gets a turn of the event loop of its own: work in small steps holds
 * up requests by one step at a time, however much of it goes on at once.
 */
export async function nextTurn(): Promise<void> {
  latest = latest.then(async () => setImmediate());
  return latest;
}
