export interface Watched {
  /** By `performance.now()`. */
  readonly deadline: number;
  expire: () => void;
}

const MOST_BETWEEN_SWEEPS = 1_000;
const LEAST_BETWEEN_SWEEPS = 10;
const SWEEPS_PER_LIMIT = 10;

/** Keeps the time of all exchanges with one timer; one timer for each would cost more than forwarding it. */
export class Watch<T extends Watched> {
  readonly #items = new Set<T>();
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;

  /** `shortest` is the shortest of the time limits, in milliseconds; limits are kept to a tenth of it. */
  constructor(shortest: number) {
    const wanted = shortest / SWEEPS_PER_LIMIT;
    this.#interval = Math.min(MOST_BETWEEN_SWEEPS, Math.max(LEAST_BETWEEN_SWEEPS, wanted));
  }

  get size(): number {
    return this.#items.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  add(item: T): void {
    this.#items.add(item);
    this.#timer ??= setInterval(() => this.#sweep(), this.#interval).unref();
  }

  delete(item: T): void {
    this.#items.delete(item);
  }

  #sweep(): void {
    const now = performance.now();
    for (const item of this.#items) if (item.deadline <= now) item.expire();
    if (this.#items.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
