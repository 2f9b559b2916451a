/** Places for the work of several owners, who take turns at them: who has much to do waits for itself alone. */
export class OwnerTurns {
  /** Who waits, by owner; whose turn is next comes first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #free: number;
  #room: number;

  /** `waiting` is how many may wait. */
  constructor(atOnce: number, waiting: number) {
    this.#free = atOnce;
    this.#room = waiting;
  }

  /**
   * Resolves once there is a place, which is left then by `leave`; undefined where too many wait. Who waits until the
   * signal is aborted waits no more, and it rejects with the reason.
   */
  enter(owner: string, signal?: AbortSignal): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    if (this.#room === 0) return undefined;
    this.#room -= 1;
    const own = this.#waiting.get(owner) ?? new Set();
    this.#waiting.set(owner, own);
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        own.delete(enter);
        if (own.size === 0) this.#waiting.delete(owner);
        this.#room += 1;
        reject(signal?.reason as Error);
      };
      own.add(enter);
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    const [owner, own] = next;
    const [enter] = own;
    this.#room += 1;
    this.#waiting.delete(owner);
    if (!enter) return;
    own.delete(enter);
    if (own.size > 0) this.#waiting.set(owner, own);
    enter();
  }
}
