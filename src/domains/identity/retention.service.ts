import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/settings.js';
import { LOCKS } from '../../database/advisoryLock.js';
import type { Database } from '../../database/database.js';
import type { Logger } from '../../log/logger.js';
import { NETWORK_DAYS } from './session.service.js';

/** Rows that one statement removes: few enough that nobody waits for it. */
const BATCH = 1000;
/** Milliseconds between batches, in which others have the database, and from one sweep to the next. */
const BREATH = 50;
const PERIOD = 3_600_000;

/**
 * What is over, by the table's key: the oldest first, so that a batch that finds less than it may is the last. SQL, since
 * it is a part of `removal`.
 */
const OVER = {
  sessions: `select id from sessions
    where expires_at < clock_timestamp() or ended_at < clock_timestamp() - interval '1 hour'`,
  refresh_tokens: 'select hash from refresh_tokens where expires_at < clock_timestamp()',
  login_failures:
    'select key from login_failures where expire < extract(epoch from clock_timestamp()) * 1000',
  login_networks: `select user_id, network from login_networks
    where seen_at < clock_timestamp() - interval '${NETWORK_DAYS} days'`,
} as const;

const KEYS = {
  sessions: 'id',
  refresh_tokens: 'hash',
  login_failures: 'key',
  login_networks: '(user_id, network)',
} as const;

const tables = Object.keys(OVER) as (keyof typeof OVER)[];

/**
 * A statement that removes one batch if no other replica is at it, and tells how many rows that were. SQL, since the lock
 * must last as long as the removal does, and no longer.
 */
const removal = (table: string, condition: string): string => `
  with turn as materialized (select pg_try_advisory_xact_lock(${LOCKS.retention}) as mine),
  removed as (delete from ${table} where (select mine from turn) and ${condition} returning 1)
  select count(*)::int as n from removed`;

const OLD_EVENTS = (days: number): string =>
  removal(
    'audit_events',
    `id in (select id from audit_events order by id limit ${BATCH})
      and created_at < clock_timestamp() - interval '${days} days'`,
  );

/** Removes what is over, in small batches and by one replica at a time, so that tables do not grow without end. */
export class RetentionService {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly logger: Logger,
    private readonly config: Pick<Config, 'AUDIT_RETENTION_DAYS'>,
  ) {}

  /** Returns at once. */
  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#sweep();
      } catch (error) {
        this.logger.warn({ err: error }, 'what is over cannot be removed; it is tried again in an hour');
      }
      await this.#pause(PERIOD);
    }
  }

  async #sweep(): Promise<void> {
    const days = this.config.AUDIT_RETENTION_DAYS;
    if (days > 0) await this.#removeAll(OLD_EVENTS(days));
    for (const table of tables) {
      await this.#removeAll(removal(table, `${KEYS[table]} in (${OVER[table]} limit ${BATCH})`));
    }
  }

  async #removeAll(statement: string): Promise<void> {
    for (let removed = BATCH; removed === BATCH && !this.#stopping.signal.aborted;) {
      const { rows } = await this.database.query(statement);
      removed = Number(rows[0]?.['n']);
      await this.#pause(BREATH);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal, ref: false }).catch(
      () => undefined,
    );
  }
}
