import { LRUCache } from 'lru-cache';
import type { Logger } from '../../log/logger.js';

/** For which the same is not told again, in milliseconds. */
const TOLD_FOR = 30_000;

/** The library tells of most failures by copies of them, which are no errors. */
const asError = (told: Error): Error =>
  told instanceof Error ? told : Object.assign(new Error((told as Error).message), told);

/** What the queue's library fails at by itself: every worker tells the same again and again while the database is away. */
export class Troubles {
  readonly #told = new LRUCache<string, true>({ max: 20, ttl: TOLD_FOR });

  constructor(private readonly logger: Logger) {}

  tell(told: Error): void {
    // Behind it stands which worker of which kind of jobs has it.
    const [what = ''] = told.message.split(' (Queue: ', 1);
    if (this.#told.has(what)) return;
    this.#told.set(what, true);
    this.logger.warn({ err: asError(told) }, 'the job queue has trouble; it is tried again');
  }
}
