import type { Loaders, RequestContext } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';
import type { DecodedBody } from '../caller.port.js';

/** What the answers that one request asks for may weigh together: as much as the largest of them may alone. */
const MOST = 1_048_576;
const tooMuch = () =>
  new DomainError('TOO_LARGE', 'more is answered than one request may ask of platforms; ask for less');

/** Bounds what the answers to one request hold in memory, since few words can ask for many. */
export class RequestRoom {
  readonly #taken = new WeakMap<Loaders, number>();

  /** TOO_LARGE where no more may be asked for. */
  require({ loaders }: RequestContext): void {
    if (this.#takenBy(loaders) > MOST) throw tooMuch();
  }

  /** TOO_LARGE where the answer is more than there is room for. */
  take({ loaders }: RequestContext, { weight }: Pick<DecodedBody, 'weight'>): void {
    const taken = this.#takenBy(loaders) + weight;
    this.#taken.set(loaders, taken);
    if (taken > MOST) throw tooMuch();
  }

  #takenBy(loaders: Loaders): number {
    return this.#taken.get(loaders) ?? 0;
  }
}
