import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { DomainError } from '../../kernel/errors.js';

const MILLISECONDS = 1000;

function refuseBeyond(allowed: number, states: readonly (RateLimiterRes | null)[]): void {
  const exhausted = states.filter((state) => state !== null && state.consumedPoints > allowed);
  if (exhausted.length === 0) return;
  const wait = Math.max(...exhausted.map((state) => state?.msBeforeNext ?? 0));
  throw new DomainError('RATE_LIMITED', 'too many failed log-ins; wait before the next try', {
    retryAfter: Math.max(1, Math.ceil(wait / MILLISECONDS)),
  });
}

/** Refuses further log-ins after too many failures for one user name or address; counted in the database for all replicas. */
export class LoginLimit {
  readonly #limiter: RateLimiterPostgres;
  readonly #failures: number;

  constructor(database: Database, config: Pick<Config, 'LOGIN_FAILURES' | 'LOGIN_WINDOW'>) {
    this.#failures = config.LOGIN_FAILURES;
    this.#limiter = new RateLimiterPostgres({
      storeClient: {
        query: async ({ text, values }: { text: string; values: unknown[] }) => {
          const { rows } = await database.query(text, values);
          return { rows, rowCount: rows.length };
        },
      },
      storeType: 'client',
      tableName: 'login_failures',
      keyPrefix: '',
      tableCreated: true,
      clearExpiredByTimeout: true,
      points: config.LOGIN_FAILURES,
      duration: config.LOGIN_WINDOW / MILLISECONDS,
    });
  }

  /** RATE_LIMITED when one of the keys has failed too often; else how often each has. */
  async check(keys: readonly string[]): Promise<number[]> {
    const states = await Promise.all(keys.map((key) => this.#limiter.get(key)));
    refuseBeyond(this.#failures - 1, states);
    return states.map((state) => state?.consumedPoints ?? 0);
  }

  /** Counts a failure; RATE_LIMITED when others at the same time have used up what is allowed. */
  async fail(keys: readonly string[]): Promise<void> {
    refuseBeyond(this.#failures, await Promise.all(keys.map((key) => this.#limiter.penalty(key))));
  }

  async clear(key: string): Promise<void> {
    await this.#limiter.delete(key);
  }
}
