import type { Loaders, RequestContext } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';
import { FairRoom } from '../../../kernel/fairRoom.js';
import { tenantKeyOf } from '../../../kernel/tenantKey.js';
import type { DecodedBody } from '../caller.port.js';

/** What the answers that one request asks for may weigh together: as much as the largest of them may alone. */
const MOST = 1_048_576;
/** And those of all requests that wait for more: half of it for one business, or one user without one. */
const MOST_HELD = 4 * MOST;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 5;

const tooMuch = () =>
  new DomainError('TOO_LARGE', 'more is answered than one request may ask of platforms; ask for less');

/** What a request has been answered. */
interface Taken {
  readonly owner: string;
  weight: number;
  /** Of that, what is held for as long as it waits for more. */
  held: number;
  /** Calls that it waits for. */
  waiting: number;
}

/** Bounds what the answers to requests hold in memory, since few words can ask for many, and for one that never comes. */
export class RequestRoom {
  readonly #taken = new WeakMap<Loaders, Taken>();
  readonly #held = new FairRoom(MOST_HELD);

  /**
   * Asks a platform for more. TOO_LARGE where the request may not, RATE_LIMITED where too much is held for those that
   * wait already.
   */
  async wait<T>(ctx: RequestContext, ask: () => Promise<T>): Promise<T> {
    const taken = this.#takenBy(ctx);
    if (taken.weight > MOST) throw tooMuch();
    if (taken.waiting === 0) this.#hold(taken, taken.weight);
    taken.waiting += 1;
    try {
      return await ask();
    } finally {
      taken.waiting -= 1;
      if (taken.waiting === 0) {
        this.#held.give(taken.owner, taken.held);
        taken.held = 0;
      }
    }
  }

  /** The same refusals where the answer is more than there is room for. */
  take(ctx: RequestContext, { weight }: Pick<DecodedBody, 'weight'>): void {
    const taken = this.#takenBy(ctx);
    taken.weight += weight;
    if (taken.weight > MOST) throw tooMuch();
    if (taken.waiting > 0) this.#hold(taken, weight);
  }

  #hold(taken: Taken, weight: number): void {
    if (!this.#held.take(taken.owner, weight))
      throw new DomainError('RATE_LIMITED', 'platforms answer too much at this moment; try again', {
        retryAfter: RETRY_AFTER,
      });
    taken.held += weight;
  }

  #takenBy({ loaders, principal }: RequestContext): Taken {
    const known = this.#taken.get(loaders);
    if (known) return known;
    const taken = { owner: principal ? tenantKeyOf(principal) : '', weight: 0, held: 0, waiting: 0 };
    this.#taken.set(loaders, taken);
    return taken;
  }
}
