import { CompiledQuery, type Kysely } from 'kysely';
import { asDomainError } from '../kernel/errors.js';
import type { Health } from '../kernel/health.js';
import { refusesWrites } from './failures.js';

const LOOK = CompiledQuery.raw(
  `select to_regclass('installation') is not null as "hasTables", pg_is_in_recovery() as "isStandby"`,
);

/** Needs room on the disk, and leaves nothing behind. */
const TRIAL = [
  'create table "write_trial" ("padding" text)',
  `insert into "write_trial" select repeat('x', 1000) from generate_series(1, 20)`,
].map((statement) => CompiledQuery.raw(statement));

const unready = (detail: string): Health => ({ ready: false, detail });

class TrialOver extends Error {}

/** Whether the database can do its work: it answers, holds our tables, and takes writes. */
export class HealthCheck {
  /** A write failed for a reason that the next one will meet too; believed until one succeeds. */
  #refused = false;
  #running: Promise<Health> | undefined;

  constructor(private readonly connection: () => Kysely<unknown>) {}

  /** For whoever runs statements. */
  note(error: unknown): void {
    if (refusesWrites(error)) this.#refused = true;
  }

  /** One at a time, however many ask. */
  async check(): Promise<Health> {
    this.#running ??= this.#check()
      .catch((error: unknown) => unready(asDomainError(error).message))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #check(): Promise<Health> {
    const kysely = this.connection();
    const { rows } = await kysely.executeQuery(LOOK);
    const { hasTables, isStandby } = rows[0] as { hasTables: boolean; isStandby: boolean };
    if (!hasTables) return unready('the database does not hold our tables');
    if (isStandby) return unready('the database refuses writes: it is a standby');
    if (this.#refused) await this.#tryToWrite(kysely);
    return { ready: true, detail: 'the database answers' };
  }

  async #tryToWrite(kysely: Kysely<unknown>): Promise<void> {
    try {
      await kysely.transaction().execute(async (transaction) => {
        for (const statement of TRIAL) await transaction.executeQuery(statement);
        throw new TrialOver();
      });
    } catch (error) {
      if (!(error instanceof TrialOver)) throw error;
    }
    this.#refused = false;
  }
}
