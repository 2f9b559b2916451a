import type { Principal } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import { KeyedTurns, type Width } from '../../kernel/keyedTurns.js';
import { tenantKeyOf } from '../../kernel/tenantKey.js';
import { FairPlaces } from './fairPlaces.js';

export const tooMuch = (complaint: string) => new DomainError('RATE_LIMITED', complaint, { retryAfter: 5 });

type Caller = Pick<Principal, 'businessId' | 'userId'>;

interface Waiting {
  owner: string;
  begin: () => void;
}

/** Work at foreign systems, of which no tenant keeps the others: however long it takes, few tenants leave places free. */
export class Places {
  readonly #ofTenants: KeyedTurns<string>;
  readonly #places: FairPlaces;
  /** For a place, in the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  readonly #mostWaiting: number;

  constructor(
    { tenant, all }: { tenant: Width; all: Width },
    private readonly complaint: string,
  ) {
    this.#ofTenants = new KeyedTurns(tenant, () => tooMuch(complaint));
    this.#places = new FairPlaces(all.atOnce);
    this.#mostWaiting = all.waiting;
  }

  /** RATE_LIMITED while too much waits. */
  async run<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    const owner = tenantKeyOf(caller);
    return this.#ofTenants.run(owner, async () => {
      await this.#take(owner);
      try {
        return await work();
      } finally {
        this.#release(owner);
      }
    });
  }

  async #take(owner: string): Promise<void> {
    if (this.#places.has(owner)) return this.#places.take(owner);
    if (this.#waiting.size >= this.#mostWaiting) throw tooMuch(this.complaint);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add({ owner, begin: resolve });
    return promise;
  }

  #release(owner: string): void {
    this.#places.release(owner);
    for (const next of this.#waiting) {
      if (!this.#places.has(next.owner)) continue;
      this.#waiting.delete(next);
      this.#places.take(next.owner);
      next.begin();
    }
  }
}
