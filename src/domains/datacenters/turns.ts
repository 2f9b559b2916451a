import { BulkheadRejectedError, type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { Principal } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import { tenantKeyOf } from '../../kernel/tenantKey.js';
import { FairPlaces } from './fairPlaces.js';

interface Width {
  /** At the same time. */
  atOnce: number;
  /** Besides those. */
  waiting: number;
}

const tooMuch = (complaint: string) => new DomainError('RATE_LIMITED', complaint, { retryAfter: 5 });

/** Work of each key takes turns. */
export class Turns {
  readonly #byKey = new Map<string, BulkheadPolicy>();

  constructor(
    private readonly width: Width,
    /** Of what there is too much. */
    private readonly complaint: string,
  ) {}

  /** RATE_LIMITED while too much of it waits. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const { atOnce, waiting } = this.width;
    const turns = this.#byKey.get(key) ?? bulkhead(atOnce, waiting);
    this.#byKey.set(key, turns);
    try {
      return await turns.execute(work);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw tooMuch(this.complaint);
    } finally {
      if (turns.executionSlots === atOnce) this.#byKey.delete(key);
    }
  }
}

type Caller = Pick<Principal, 'businessId' | 'userId'>;

interface Waiting {
  owner: string;
  begin: () => void;
}

/** Work at foreign systems, of which no tenant keeps the others: however long it takes, few tenants leave places free. */
export class Places {
  readonly #ofTenants: Turns;
  readonly #places: FairPlaces;
  /** For a place, in the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  readonly #mostWaiting: number;

  constructor(
    { tenant, all }: { tenant: Width; all: Width },
    private readonly complaint: string,
  ) {
    this.#ofTenants = new Turns(tenant, complaint);
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
