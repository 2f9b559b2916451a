interface Group<T, R> {
  items: T[];
  done: Promise<readonly R[]>;
}

/** What comes for a key while work for it is under way is worked on together afterwards. */
export class Gathered<K, T, R> {
  readonly #underWay = new Map<K, Promise<unknown>>();
  readonly #waiting = new Map<K, Group<T, R>>();

  /** `work` answers the items in their order; what it throws is thrown to all of them. */
  constructor(private readonly work: (key: K, items: readonly T[]) => Promise<readonly R[]>) {}

  async add(key: K, item: T): Promise<R> {
    const group = this.#waiting.get(key) ?? this.#open(key);
    const place = group.items.push(item) - 1;
    return (await group.done)[place] as R;
  }

  #open(key: K): Group<T, R> {
    const items: T[] = [];
    const group = { items, done: this.#afterOthers(key, items) };
    this.#waiting.set(key, group);
    return group;
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
