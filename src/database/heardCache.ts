import { LRUCache } from 'lru-cache';
import { unlessUnavailable } from '../kernel/errors.js';
import type { Notifications } from './notifications.js';

interface Entry<V> {
  value: V;
  /** When a change may have gone unheard; `performance.now()`. */
  doubtedSince?: number;
}

/**
 * Values from the database, believed while every change of them is heard of. Afterwards they are read again; and where
 * the database cannot be read, believed for a time.
 */
export class HeardCache<V extends object> {
  readonly #entries: LRUCache<string, Entry<V>>;
  readonly #belief: number;

  /** `belief`: milliseconds. */
  constructor(
    private readonly notifications: Notifications,
    { max, belief }: { max: number; belief: number },
  ) {
    this.#entries = new LRUCache({ max });
    this.#belief = belief;
    notifications.onGap((since) => {
      for (const entry of this.#entries.values()) entry.doubtedSince ??= since;
    });
  }

  /** What is known to be true. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.doubtedSince === undefined && this.notifications.isConnected
      ? entry.value
      : undefined;
  }

  set(key: string, value: V): void {
    this.#entries.set(key, { value });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  deleteWhere(concerns: (value: V) => boolean): void {
    for (const [key, { value }] of this.#entries.entries()) if (concerns(value)) this.#entries.delete(key);
  }

  /** What `read` reads; what was true a moment ago while the database is away, then without a promise. */
  read(key: string, read: () => Promise<V | null>): V | Promise<V | null> {
    const believed = this.#believed(key);
    if (!believed) return read();
    if (this.notifications.isAway) return believed;
    return read().catch((error: unknown) => unlessUnavailable(error, believed));
  }

  #believed(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const since = entry.doubtedSince ?? this.notifications.heardAt;
    return performance.now() - since < this.#belief ? entry.value : undefined;
  }
}
