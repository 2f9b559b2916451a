import { LRUCache } from 'lru-cache';
import { DomainError } from '../../../kernel/errors.js';

/** Milliseconds for which it is known what a cluster told. */
const LIFE = 3_600_000;
/** Characters of JSON that are kept in all. */
const SIZE = 16_777_216;

interface Told<T> {
  value: T;
  readAt: Date;
}

/** What a cluster tells, or told the last time; then with the reason why it does not now. */
export type Reading<T> = Told<T> & { failure: string | null };

/** Whether it is the cluster that does not tell, as against one that is known no more, or a defect. */
const isSilence = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code !== 'NOT_FOUND';

/** What clusters told last, by what they were asked. */
export class LastTold<T extends object> {
  readonly #told = new LRUCache<string, Told<T>>({
    ttl: LIFE,
    maxSize: SIZE,
    sizeCalculation: ({ value }, key) => key.length + JSON.stringify(value).length,
  });
  readonly #underWay = new Map<string, Promise<Told<T>>>();

  keep(question: string, value: T): Told<T> {
    const told = { value, readAt: new Date() };
    this.#told.set(question, told);
    return told;
  }

  /**
   * What `wait` bears to wait for; else what was told last, and throws when that is nothing. A question that takes longer goes
   * on, for whoever asks it next.
   */
  async read(
    question: string,
    ask: () => Promise<T>,
    wait: (asked: Promise<Told<T>>) => Promise<Told<T>>,
  ): Promise<Reading<T>> {
    try {
      const told = await wait(this.#underWay.get(question) ?? this.#begin(question, ask));
      return { ...told, failure: null };
    } catch (error) {
      const told = this.#told.get(question);
      if (!told || !isSilence(error)) throw error;
      return { ...told, failure: error.message };
    }
  }

  #begin(question: string, ask: () => Promise<T>): Promise<Told<T>> {
    const asked = ask()
      .then((value) => this.keep(question, value))
      .finally(() => this.#underWay.delete(question));
    // Told to whoever waits.
    asked.catch(() => undefined);
    this.#underWay.set(question, asked);
    return asked;
  }
}
