export interface Watched {
  /** The tick, see Watch.after, at which it has taken too long. */
  readonly deadline: number;
  /** The watch's own note of where it keeps this; -1 for nowhere. */
  slot: number;
  expire: () => void;
}

const LONGEST_TICK = 1_000;
const SHORTEST_TICK = 10;
const TICKS_PER_LIMIT = 10;

/**
 * Keeps the time of many things with one timer that ticks, and without a look at the clock for each step of theirs:
 * a timer of its own for each request would cost more than forwarding it.
 */
export class Watch<T extends Watched> {
  /** No Set: the tables that it leaves behind as it grows hold on to each other, and to what was in them. */
  readonly #items: T[] = [];
  /** Milliseconds. */
  readonly #interval: number;
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `shortest` is the shortest of the limits, in milliseconds; limits are kept to a tenth of it, or a second. */
  constructor(shortest: number) {
    this.#interval = Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, shortest / TICKS_PER_LIMIT));
  }

  get size(): number {
    return this.#items.length;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  /** The deadline of what may take so many milliseconds from now. */
  after(limit: number): number {
    return this.#tick + 1 + limit / this.#interval;
  }

  add(item: T): void {
    item.slot = this.#items.push(item) - 1;
    this.#timer ??= setInterval(() => this.#sweep(), this.#interval).unref();
  }

  /** The last takes the place of the one that goes. */
  delete(item: T): void {
    const last = item.slot === -1 ? undefined : this.#items.pop();
    if (!last) return;
    if (last !== item) {
      this.#items[item.slot] = last;
      last.slot = item.slot;
    }
    item.slot = -1;
  }

  #sweep(): void {
    this.#tick += 1;
    // What one does when its time is up may end or postpone another.
    const isLate = ({ slot, deadline }: T) => slot !== -1 && deadline <= this.#tick;
    for (const item of this.#items.filter(isLate)) if (isLate(item)) item.expire();
    if (this.#items.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
