import { setImmediate, setTimeout } from 'node:timers/promises';

let latest: Promise<void> = Promise.resolve();

/**
 * Lets all others have their turn. Each that waits gets a turn of the event loop of its own: work in small steps holds
 * up requests by one step at a time, however much of it goes on at once.
 */
export async function nextTurn(): Promise<void> {
  latest = latest.then(async () => setImmediate());
  return latest;
}

/** Milliseconds of a processor after which others are let to theirs. */
const LONGEST_PART = 1;
/** What such work takes of the time: one part in so many. */
const SHARE = 4;

/** Milliseconds of a processor that this thread has used; those in which others had it are no reason to rest. */
function used(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** When whoever rests last has rested. */
let restedAt = 0;

/** Lets others have their time for so many milliseconds of work. */
async function rest(spent: number): Promise<void> {
  const now = performance.now();
  restedAt = Math.max(restedAt, now - spent) + spent * SHARE;
  await setTimeout(restedAt - now);
  // Those whose rests are over at the same time do not go on in the same turn.
  await nextTurn();
}

/**
 * Work that has time, in parts of milliseconds: all that goes on at once takes a quarter of the processor, and leaves
 * the rest to requests.
 */
export class Pace {
  #spent = 0;

  /** Does a small part of it. */
  part<T>(work: () => T): T {
    const begun = used();
    try {
      return work();
    } finally {
      this.#spent += used() - begun;
    }
  }

  /** Between two parts: rests, once that is due. */
  async rest(): Promise<void> {
    if (this.#spent < LONGEST_PART) return;
    const spent = this.#spent;
    this.#spent = 0;
    await rest(spent);
  }

  /** Before work of about so many milliseconds that nobody measures. */
  async take(milliseconds: number): Promise<void> {
    await rest(milliseconds);
  }
}
