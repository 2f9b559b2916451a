import { LRUCache } from 'lru-cache';
import { FairPlaces } from '../fairPlaces.js';

/** Runs at once in this replica: one owner has 7 of them at most, two have 11. */
export const MOST_RUNS = 14;
/** Of these, those of data centers that failed the last time; one owner has 4 of them at most. */
const MOST_TROUBLED = 8;
/** Data centers that are known to have failed. */
const MOST_KNOWN = 10_000;

/** Which runs of this replica have their turn. */
export class RunTurns {
  readonly #places = new FairPlaces(MOST_RUNS);
  readonly #troubledPlaces = new FairPlaces(MOST_TROUBLED);
  /** Data centers whose last run here failed: these leave most places to the others. */
  readonly #troubled = new LRUCache<string, true>({ max: MOST_KNOWN });
  /** Owners of data centers that found no place, the longest waiting first. */
  readonly #waiting = new Map<string, string>();

  /** What ends the turn, and tells whose is next, if anybody's; undefined where there is no place. */
  take(dataCenterId: string, owner: string): (() => string | undefined) | undefined {
    if (!this.#hasPlace(dataCenterId, owner)) {
      this.#waiting.set(dataCenterId, owner);
      return undefined;
    }
    this.#waiting.delete(dataCenterId);
    const held = this.#troubled.has(dataCenterId) ? [this.#places, this.#troubledPlaces] : [this.#places];
    for (const places of held) places.take(owner);
    return () => {
      for (const places of held) places.release(owner);
      return this.#next();
    };
  }

  /** Whose turn it is instead of a data center's that is gone, if anybody's. */
  pass(dataCenterId: string): string | undefined {
    this.#waiting.delete(dataCenterId);
    return this.#next();
  }

  /** How the last run of the data center ended. */
  note(dataCenterId: string, isWell: boolean): void {
    if (isWell) this.#troubled.delete(dataCenterId);
    else this.#troubled.set(dataCenterId, true);
  }

  #hasPlace(dataCenterId: string, owner: string): boolean {
    return this.#places.has(owner) && (!this.#troubled.has(dataCenterId) || this.#troubledPlaces.has(owner));
  }

  #next(): string | undefined {
    const [next] = [...this.#waiting].find((each) => this.#hasPlace(...each)) ?? [];
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }
}
