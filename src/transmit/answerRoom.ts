import { DomainError } from '../kernel/errors.js';

/** Bytes of answers to our own calls that are not read to their end: of all platforms, and of one. */
const MOST_HELD = 134_217_728;
const MOST_OF_ONE = 67_108_864;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 5;

/** Bounds what the answers that are under way hold in memory together. */
export class AnswerRoom {
  #held = 0;
  readonly #byPlatform = new Map<string, number>();

  /** RATE_LIMITED when there is no room for more. */
  take(platform: string, bytes: number): void {
    const own = (this.#byPlatform.get(platform) ?? 0) + bytes;
    if (this.#held + bytes > MOST_HELD || own > MOST_OF_ONE)
      throw new DomainError('RATE_LIMITED', 'too much is being answered at this moment; try again', {
        retryAfter: RETRY_AFTER,
      });
    this.#held += bytes;
    this.#byPlatform.set(platform, own);
  }

  give(platform: string, bytes: number): void {
    this.#held -= bytes;
    const own = (this.#byPlatform.get(platform) ?? 0) - bytes;
    if (own > 0) this.#byPlatform.set(platform, own);
    else this.#byPlatform.delete(platform);
  }
}
