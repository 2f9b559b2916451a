import type { Principal } from './context.js';
import { DomainError } from './errors.js';
import { FairRoom } from './fairRoom.js';
import { tenantKeyOf } from './tenantKey.js';

/** Bytes of forms that have not been answered: half of them for one business, or one user without one. */
const MOST_HELD = 134_217_728;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 5;

/** What one form holds. */
export interface Held {
  /** RATE_LIMITED when there is no room for more. */
  add(bytes: number): void;
  release(): void;
}

/** Bounds what the forms that are under way hold in memory together. */
export class UploadRoom {
  readonly #room = new FairRoom(MOST_HELD);

  /** For a form of this caller. */
  hold(principal: Principal | null): Held {
    const owner = principal ? tenantKeyOf(principal) : '';
    let own = 0;
    return {
      add: (bytes) => {
        if (!this.#room.take(owner, bytes))
          throw new DomainError('RATE_LIMITED', 'too much is being uploaded at this moment; try again', {
            retryAfter: RETRY_AFTER,
          });
        own += bytes;
      },
      release: () => {
        this.#room.give(owner, own);
        own = 0;
      },
    };
  }
}
