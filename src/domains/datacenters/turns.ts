import { BulkheadRejectedError, type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { Principal } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import { tenantKeyOf } from '../../kernel/tenantKey.js';

interface Width {
  /** At the same time. */
  atOnce: number;
  /** Besides those. */
  waiting: number;
}

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
      throw new DomainError('RATE_LIMITED', this.complaint, { retryAfter: 5 });
    } finally {
      if (turns.executionSlots === atOnce) this.#byKey.delete(key);
    }
  }
}

type Caller = Pick<Principal, 'businessId' | 'userId'>;

/** Work at foreign systems, of which no tenant keeps the others. */
export class Places {
  readonly #ofTenants: Turns;
  readonly #all: Turns;

  constructor({ tenant, all }: { tenant: Width; all: Width }, complaint: string) {
    this.#ofTenants = new Turns(tenant, complaint);
    this.#all = new Turns(all, complaint);
  }

  /** RATE_LIMITED while too much waits. */
  async run<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    return this.#ofTenants.run(tenantKeyOf(caller), async () => this.#all.run('', work));
  }
}
