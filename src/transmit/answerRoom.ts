import { DomainError } from '../kernel/errors.js';
import { FairRoom } from '../kernel/fairRoom.js';

/** Bytes of answers to our own calls that are not read to their end: half of them for one platform. */
const MOST_HELD = 134_217_728;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 5;

/** Bounds what the answers that are under way hold in memory together. */
export class AnswerRoom {
  readonly #room = new FairRoom(MOST_HELD);

  /** RATE_LIMITED when there is no room for more. */
  take(platform: string, bytes: number): void {
    if (!this.#room.take(platform, bytes))
      throw new DomainError('RATE_LIMITED', 'too much is being answered at this moment; try again', {
        retryAfter: RETRY_AFTER,
      });
  }

  give(platform: string, bytes: number): void {
    this.#room.give(platform, bytes);
  }
}
