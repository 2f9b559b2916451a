interface Batch<T, R> {
  items: T[];
  done: Promise<readonly R[]>;
}

/** What comes for a key while work for it is under way is worked on together afterwards. */
export class Batched<K, T, R> {
  readonly #underWay = new Map<K, Promise<unknown>>();
  readonly #waiting = new Map<K, Batch<T, R>>();

  /** `work` answers the items in their order; what it throws is thrown to all of them. */
  constructor(private readonly work: (key: K, items: readonly T[]) => Promise<readonly R[]>) {}

  async add(key: K, item: T): Promise<R> {
    const batch = this.#waiting.get(key) ?? this.#open(key);
    const place = batch.items.push(item) - 1;
    return (await batch.done)[place] as R;
  }

  #open(key: K): Batch<T, R> {
    const items: T[] = [];
    const batch = { items, done: this.#afterOthers(key, items) };
    this.#waiting.set(key, batch);
    return batch;
  }

  async #afterOthers(key: K, items: readonly T[]): Promise<readonly R[]> {
    await this.#underWay.get(key);
    this.#waiting.delete(key);
    const working = this.work(key, items);
    const ended = Promise.allSettled([working]);
    this.#underWay.set(key, ended);
    try {
      return await working;
    } finally {
      if (this.#underWay.get(key) === ended) this.#underWay.delete(key);
    }
  }
}
