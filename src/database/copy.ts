import type { EntityManager } from '@mikro-orm/postgresql';
import { Kysely, PostgresDialect } from 'kysely';
import type { QueryResult } from 'pg';
import type { Reader } from '../kernel/context.js';
import { tookTooLong } from './failures.js';
import type { DatabasePool } from './pool.js';

/** Whose copy it is, whether it follows, and how far it has come, in bytes of the primary's log. */
const LOOK = `select pg_is_in_recovery() as "isStandby", (pg_last_wal_replay_lsn() - '0/0')::float8 as "replayed",
  (select "id"::text from "installation") as "installation"`;

interface Look {
  isStandby: boolean;
  replayed: number | null;
  installation: string | null;
}

async function run(pool: DatabasePool, text: string, values: unknown[] = []): Promise<QueryResult> {
  const client = await pool.connect();
  try {
    return await client.query(text, values);
  } finally {
    client.release();
  }
}

/** A standby that follows the database, and what reads from it. */
export class Copy {
  readonly reader: Reader;
  #replayed: number | undefined;

  constructor(
    private readonly pool: DatabasePool,
    { em, primary }: { em: EntityManager; primary: DatabasePool },
  ) {
    // Nothing is changed by what is read, so that what fails here is asked of the primary; what took too long would again.
    const client = {
      query: async (text: string, values: readonly unknown[]) =>
        run(pool, text, [...values]).catch(async (error: unknown) => {
          if (tookTooLong(error)) throw error;
          return run(primary, text, [...values]);
        }),
      release: () => undefined,
    };
    const connections = { connect: async () => client, end: async () => undefined, options: {} };
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool: connections as never }) });
    this.reader = {
      getKysely: ((...given: []) =>
        em.isInTransaction() ? em.getKysely(...given) : kysely) as Reader['getKysely'],
      getMetadata: em.getMetadata.bind(em),
      current: em,
    };
  }

  /** How far it has come; undefined where it must not be read from. */
  get replayed(): number | undefined {
    return this.#replayed;
  }

  /** Looks how far it has come; returns why it must not be read from, if so. */
  async look(installation: string): Promise<string | undefined> {
    try {
      const { rows } = await run(this.pool, LOOK);
      const found = rows[0] as Look;
      const flaw = this.#flawOf(found, installation);
      this.#replayed = flaw === undefined ? (found.replayed ?? undefined) : undefined;
      return flaw;
    } catch (error) {
      this.giveUp();
      return (error as Error).message;
    }
  }

  /** What is under way is asked of the primary at once. */
  giveUp(): void {
    this.#replayed = undefined;
    this.pool.cut();
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  #flawOf(found: Look, installation: string): string | undefined {
    if (!found.isStandby) return 'it is no standby';
    return found.installation === installation ? undefined : 'it is a copy of another database';
  }
}
