import type { Database } from '../../database/database.js';
import { DomainError } from '../../kernel/errors.js';
import { LoginFailure } from './loginFailure.entity.js';

const MILLISECONDS = 1000;

/** What is counted, and how much of it is allowed within the window. */
export interface Allowance {
  key: string;
  allowed: number;
}

/** How often a key was counted, and the milliseconds until that is forgotten. */
interface Count {
  points: number;
  wait: number;
}

/** The database's clock, so that a replica whose own is wrong locks nobody out: milliseconds since 1970. */
const NOW = `floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** What of the keys is counted. SQL, since the database's clock says what is over. */
const READ = `
  select key, points, expire - ${NOW} as wait from login_failures
  where key in (select json_array_elements_text($1::json)) and expire > ${NOW}`;

/** One more of each, where the window is over the first. SQL, since nobody may count in between. */
const COUNT = `
  insert into login_failures as counted (key, points, expire)
  select key, 1, ${NOW} + $2::bigint from json_array_elements_text($1::json) as key
  on conflict (key) do update set
    points = case when counted.expire > excluded.expire - $2::bigint then counted.points + 1 else 1 end,
    expire = case when counted.expire > excluded.expire - $2::bigint then counted.expire else excluded.expire end
  returning key, points, expire - ${NOW} as wait`;

/** Refuses what was tried too often within a window; counted in the database for all replicas. */
export class AttemptLimit {
  constructor(
    private readonly database: Pick<Database, 'query' | 'fork'>,
    /** The window in milliseconds, and what a caller is told who has used it up. */
    private readonly rule: { window: number; message: string },
  ) {}

  /** RATE_LIMITED when one of them is used up; else how often each was counted. */
  async check(allowances: readonly Allowance[]): Promise<number[]> {
    const counts = await this.#run(READ, allowances);
    this.#refuse(allowances, counts, ({ points }, allowed) => points >= allowed);
    return counts.map(({ points }) => points);
  }

  /** Counts one more of each; RATE_LIMITED when that is beyond what is allowed. */
  async count(allowances: readonly Allowance[]): Promise<void> {
    const counts = await this.#run(COUNT, allowances, [this.rule.window]);
    this.#refuse(allowances, counts, ({ points }, allowed) => points > allowed);
  }

  async clear(key: string): Promise<void> {
    await this.database.fork().nativeDelete(LoginFailure, { key });
  }

  async #run(sql: string, allowances: readonly Allowance[], more: unknown[] = []): Promise<Count[]> {
    // Always in the same order, so that two who count the same do not wait for each other.
    const keys = allowances.map(({ key }) => key).toSorted();
    const { rows } = await this.database.query(sql, [JSON.stringify(keys), ...more]);
    return allowances.map((wanted) => {
      const row = rows.find(({ key }) => key === wanted.key);
      return { points: Number(row?.['points'] ?? 0), wait: Number(row?.['wait'] ?? 0) };
    });
  }

  #refuse(
    allowances: readonly Allowance[],
    counts: readonly Count[],
    isUsedUp: (count: Count, allowed: number) => boolean,
  ): void {
    const usedUp = counts.filter((count, index) => isUsedUp(count, allowances[index]?.allowed ?? Infinity));
    if (usedUp.length === 0) return;
    const wait = Math.max(...usedUp.map((count) => count.wait));
    throw new DomainError('RATE_LIMITED', this.rule.message, {
      retryAfter: Math.max(1, Math.ceil(wait / MILLISECONDS)),
    });
  }
}
