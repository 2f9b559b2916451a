/** Places for the work of several owners: each may hold as many as it leaves free, so that there is one for whoever comes. */
export class FairPlaces {
  readonly #held = new Map<string, number>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  has(owner: string): boolean {
    return this.#heldBy(owner) < this.#free;
  }

  /** Only where there is one. */
  take(owner: string): void {
    this.#free -= 1;
    this.#held.set(owner, this.#heldBy(owner) + 1);
  }

  release(owner: string): void {
    const left = this.#heldBy(owner) - 1;
    this.#free += 1;
    if (left > 0) this.#held.set(owner, left);
    else this.#held.delete(owner);
  }

  #heldBy(owner: string): number {
    return this.#held.get(owner) ?? 0;
  }
}
