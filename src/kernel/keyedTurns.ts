import { BulkheadRejectedError, type BulkheadPolicy, bulkhead } from 'cockatiel';

export interface Width {
  /** At the same time. */
  atOnce: number;
  /** Besides those. */
  waiting: number;
}

/** Work of each key takes turns; `refusal` is what is thrown where too much of it waits. */
export class KeyedTurns<K> {
  /** While there is work, also such as nobody waits for any more. */
  readonly #byKey = new Map<K, BulkheadPolicy>();

  constructor(
    private readonly width: Width,
    private readonly refusal?: () => Error,
  ) {}

  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const { atOnce, waiting } = this.width;
    const turns = this.#byKey.get(key) ?? bulkhead(atOnce, waiting);
    this.#byKey.set(key, turns);
    try {
      return await turns.execute(work);
    } catch (error) {
      if (this.refusal && error instanceof BulkheadRejectedError) throw this.refusal();
      throw error;
    } finally {
      if (turns.executionSlots === atOnce) this.#byKey.delete(key);
    }
  }
}
