import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Config } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { DomainError } from '../../kernel/errors.js';

const MILLISECONDS = 1000;

/** How often a key has failed, and the milliseconds until that is forgotten. */
interface Failures {
  consumedPoints: number;
  msBeforeNext: number;
}

function refuseBeyond(allowed: number, states: readonly Failures[]): void {
  const exhausted = states.filter(({ consumedPoints }) => consumedPoints > allowed);
  if (exhausted.length === 0) return;
  const wait = Math.max(...exhausted.map(({ msBeforeNext }) => msBeforeNext));
  throw new DomainError('RATE_LIMITED', 'too many failed log-ins; wait before the next try', {
    retryAfter: Math.max(1, Math.ceil(wait / MILLISECONDS)),
  });
}

/** Refuses further log-ins after too many failures for one user name or address; counted in the database for all replicas. */
export class LoginLimit {
  readonly #limiter: RateLimiterPostgres;
  readonly #failures: number;

  constructor(
    private readonly database: Database,
    config: Pick<Config, 'LOGIN_FAILURES' | 'LOGIN_WINDOW'>,
  ) {
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
    const states = await this.#read(keys);
    refuseBeyond(this.#failures - 1, states);
    return states.map(({ consumedPoints }) => consumedPoints);
  }

  /** Counts a failure; RATE_LIMITED when others at the same time have used up what is allowed. */
  async fail(keys: readonly string[]): Promise<void> {
    refuseBeyond(this.#failures, await Promise.all(keys.map((key) => this.#limiter.penalty(key))));
  }

  /** Of all keys with one statement, where the library would take one for each. */
  async #read(keys: readonly string[]): Promise<Failures[]> {
    const now = Date.now();
    const places = keys.map((_key, index) => `$${index + 2}`).join(', ');
    const { rows } = await this.database.query(
      `select key, points, expire from login_failures where expire > $1 and key in (${places})`,
      [now, ...keys],
    );
    return keys.map((wanted) => {
      const row = rows.find(({ key }) => key === wanted);
      return row
        ? { consumedPoints: Number(row['points']), msBeforeNext: Number(row['expire']) - now }
        : { consumedPoints: 0, msBeforeNext: 0 };
    });
  }

  async clear(key: string): Promise<void> {
    await this.#limiter.delete(key);
  }
}
