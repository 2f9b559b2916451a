import { LRUCache } from 'lru-cache';

/** What is being read, for as long as anybody waits for it. */
class Reading<T> {
  readonly #unwanted = new AbortController();
  readonly value: Promise<T>;
  #waiting = 0;

  constructor(
    read: (signal: AbortSignal) => Promise<T>,
    private readonly onUnwanted: () => void,
  ) {
    this.value = read(this.#unwanted.signal);
  }

  async for(signal: AbortSignal): Promise<T> {
    this.#waiting += 1;
    const leave = () => {
      this.#waiting -= 1;
      if (this.#waiting > 0) return;
      this.onUnwanted();
      this.#unwanted.abort(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.value;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

/** What is read now, and what was read a moment ago: each is read once. What fails is read anew. */
export class Recent<T extends object> {
  readonly #underWay = new Map<string, Reading<T>>();
  readonly #known: LRUCache<string, T>;

  /** Milliseconds for which it is known, and characters of JSON that are kept in all. */
  constructor({ life, size }: { life: number; size: number }) {
    this.#known = new LRUCache({
      ttl: life,
      maxSize: size,
      sizeCalculation: (value, key) => key.length + JSON.stringify(value).length,
    });
  }

  async get(key: string, signal: AbortSignal, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    return known ?? (this.#underWay.get(key) ?? this.#begin(key, read)).for(signal);
  }

  #begin(key: string, read: (signal: AbortSignal) => Promise<T>): Reading<T> {
    const over = () => {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    };
    const reading = new Reading(read, over);
    this.#underWay.set(key, reading);
    reading.value
      .then(
        (value) => this.#known.set(key, value),
        () => undefined,
      )
      .finally(over);
    return reading;
  }
}
