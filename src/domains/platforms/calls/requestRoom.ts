import type { Loaders, RequestContext } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';

/** What the answers that one request asks for may weigh together: as much as the largest of them may alone. */
const MOST = 1_048_576;
/** Characters of text that weigh as much as a value, which takes about as many bytes. */
const CHARACTERS = 64;

/** Of a value as it is held in memory: each object, list and value counts, and its text. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / CHARACTERS);
  if (typeof value !== 'object' || value === null) return 1;
  let weight = 1;
  for (const inner of Object.values(value)) weight += weightOf(inner);
  return weight;
}

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
  take({ loaders }: RequestContext, answer: unknown): void {
    const taken = this.#takenBy(loaders) + weightOf(answer);
    this.#taken.set(loaders, taken);
    if (taken > MOST) throw tooMuch();
  }

  #takenBy(loaders: Loaders): number {
    return this.#taken.get(loaders) ?? 0;
  }
}
