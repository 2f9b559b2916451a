import type { Config } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { HeardCache } from '../../database/heardCache.js';
import { isUuid } from '../../kernel/validation.js';
import { PLATFORM_CHANGED } from './platform.topics.js';

/** What is made of each platform, by its id: from memory while every change of it is heard of, else from the database. */
export class PlatformCache<V extends object> {
  readonly #values: HeardCache<V>;
  readonly #reading = new Map<string, Promise<V | null>>();

  constructor(
    { notifications }: Pick<Database, 'notifications'>,
    { TRANSMIT_OUTAGE }: Pick<Config, 'TRANSMIT_OUTAGE'>,
    max: number,
    /** Null when there is no such platform. */
    private readonly load: (id: string) => Promise<V | null>,
  ) {
    this.#values = new HeardCache(notifications, { max, belief: TRANSMIT_OUTAGE });
    notifications.onGap(() => this.#reading.clear());
    notifications.subscribe(PLATFORM_CHANGED, ({ id }) => {
      this.#values.delete(id);
      this.#reading.delete(id);
    });
  }

  /** Null when there is no such platform. Answers without a promise when it is known already. */
  find(text: string): V | null | Promise<V | null> {
    const known = this.#values.get(text);
    if (known) return known;
    if (!isUuid(text)) return null;
    const id = text.toLowerCase();
    return this.#values.read(id, () => this.#read(id));
  }

  /** One read at a time for an id. A change in the meantime takes the read out of `#reading`, and its result is not kept. */
  #read(id: string): Promise<V | null> {
    const running = this.#reading.get(id);
    if (running) return running;
    const reading: Promise<V | null> = this.load(id)
      .then((value) => {
        if (value && this.#reading.get(id) === reading) this.#values.set(id, value);
        return value;
      })
      .finally(() => {
        if (this.#reading.get(id) === reading) this.#reading.delete(id);
      });
    this.#reading.set(id, reading);
    return reading;
  }
}
