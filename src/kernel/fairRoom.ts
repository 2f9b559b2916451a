/** Room for what several owners hold: each may hold as much as it leaves free, so that none of them fills it. */
export class FairRoom {
  #held = 0;
  readonly #byOwner = new Map<string, number>();

  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.#held === 0;
  }

  /** False where there is no room for it. */
  take(owner: string, amount: number): boolean {
    const own = (this.#byOwner.get(owner) ?? 0) + amount;
    if (own > this.most - this.#held - amount) return false;
    this.#held += amount;
    this.#byOwner.set(owner, own);
    return true;
  }

  give(owner: string, amount: number): void {
    const own = (this.#byOwner.get(owner) ?? 0) - amount;
    this.#held -= amount;
    if (own > 0) this.#byOwner.set(owner, own);
    else this.#byOwner.delete(owner);
  }
}
