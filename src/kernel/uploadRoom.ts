import type { Principal } from './context.js';
import { DomainError } from './errors.js';
import { tenantKeyOf } from './tenantKey.js';

/** Bytes of forms that have not been answered: in all, and of one business, or of one user without one. */
const MOST_HELD = 134_217_728;
const MOST_OF_ONE = 67_108_864;
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
  #held = 0;
  readonly #byOwner = new Map<string, number>();

  /** For a form of this caller. */
  hold(principal: Principal | null): Held {
    const owner = principal ? tenantKeyOf(principal) : '';
    let own = 0;
    const change = (bytes: number) => {
      own += bytes;
      this.#held += bytes;
      const ofOwner = (this.#byOwner.get(owner) ?? 0) + bytes;
      if (ofOwner === 0) this.#byOwner.delete(owner);
      else this.#byOwner.set(owner, ofOwner);
    };
    return {
      add: (bytes) => {
        if (this.#held + bytes > MOST_HELD || (this.#byOwner.get(owner) ?? 0) + bytes > MOST_OF_ONE)
          throw new DomainError('RATE_LIMITED', 'too much is being uploaded at this moment; try again', {
            retryAfter: RETRY_AFTER,
          });
        change(bytes);
      },
      release: () => change(-own),
    };
  }
}
