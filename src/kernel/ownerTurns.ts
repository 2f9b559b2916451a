/** Places for the work of several owners, who take turns at them: who has much to do waits for itself alone. */
export class OwnerTurns {
  /** Who waits, by owner; whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #free: number;
  #room: number;

  /** `waiting` is how many may wait. */
  constructor(atOnce: number, waiting: number) {
    this.#free = atOnce;
    this.#room = waiting;
  }

  /** Resolves once there is a place, which is left then by `leave`; undefined where too many wait. */
  enter(owner: string): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    if (this.#room === 0) return undefined;
    this.#room -= 1;
    return new Promise((resolve) => {
      const own = this.#waiting.get(owner);
      if (own) own.push(resolve);
      else this.#waiting.set(owner, [resolve]);
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    const [owner, [enter, ...others]] = next;
    this.#room += 1;
    this.#waiting.delete(owner);
    if (others.length > 0) this.#waiting.set(owner, others);
    enter?.();
  }
}
