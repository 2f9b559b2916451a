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

/** Milliseconds after which others are let to theirs. */
const LONGEST_PART = 0.5;
/** What such work takes of the time: one part in so many. */
const SHARE = 4;
/**
 * Milliseconds that a small part takes at most; one that took longer has waited for a processor meanwhile, which is no
 * reason to rest. The thread's processor time would tell, but Linux brings it up to date every few milliseconds only.
 */
const MOST_OF_PART = 1;

/** When whoever rests last has rested. */
let restedAt = 0;

/** Lets others have their time for so many milliseconds of work. */
async function rest(worked: number): Promise<void> {
  const now = performance.now();
  restedAt = Math.max(restedAt, now - worked) + worked * SHARE;
  await setTimeout(restedAt - now);
  // Those whose rests are over at the same time do not go on in the same turn.
  await nextTurn();
}

/** Milliseconds of such work since it last rested, whoever did them: what follows on each other is often one turn. */
let spent = 0;

/**
 * Work that has time, in parts of less than a millisecond: all that goes on at once takes a quarter of the processor,
 * and leaves the rest to requests.
 */
export const pace = {
  /** Does a small part of it. */
  part<T>(work: () => T): T {
    const begun = performance.now();
    try {
      return work();
    } finally {
      spent += Math.min(performance.now() - begun, MOST_OF_PART);
    }
  },

  /** Between two parts: rests, once that is due. */
  async rest(): Promise<void> {
    if (spent < LONGEST_PART) return;
    const worked = spent;
    spent = 0;
    await rest(worked);
  },

  /** Before work of about so many milliseconds that nobody measures. */
  take: rest,
};
