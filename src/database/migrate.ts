import type { MikroORM } from '@mikro-orm/postgresql';
import { setTimeout as delay } from 'node:timers/promises';
import type { MigrationObject } from '@mikro-orm/core';
import { LOCKS } from './advisoryLock.js';
import { checksumsOf, record, recordedChecksums, refuseEdited, refuseNewer } from './checksums.js';
import { DomainError } from '../kernel/errors.js';
import type { Logger } from '../log/logger.js';
import { migrations } from './migrations/index.js';
import type { SessionClient } from './sessionClient.js';

/** Milliseconds between tries, between lines of the log, and until this start gives up. */
const TRY_AGAIN = 250;
const SAY_AGAIN = 10_000;
const PATIENCE = 600_000;

/** Which of this release's migrations are left to run, and whose checksums are to be kept; refuses a database that ran others. */
export async function compareMigrations(
  orm: MikroORM,
  known: readonly MigrationObject[] = migrations,
): Promise<{ pending: string[]; isFirst: boolean; unrecorded: ReadonlyMap<string, string> }> {
  const checksums = await checksumsOf(orm, known);
  const recorded = await recordedChecksums(orm);
  refuseNewer(recorded, checksums);
  refuseEdited(recorded, checksums);
  return {
    pending: [...checksums.keys()].filter((name) => !recorded.has(name)),
    isFirst: recorded.size === 0,
    unrecorded: new Map([...checksums].filter(([name]) => typeof recorded.get(name) !== 'string')),
  };
}

/** Brings the schema up to date; refuses a database whose migrations are not those of this release. */
export async function migrate(orm: MikroORM, known: readonly MigrationObject[] = migrations): Promise<void> {
  const { pending, unrecorded } = await compareMigrations(orm, known);
  // Even to find that there is nothing to do, the migrator asks four times.
  if (pending.length > 0) await orm.migrator.up();
  await record(orm, unrecorded);
}

/** Resolves when no other replica migrates, and none will until the connection ends. */
export async function takeMigrationLock(
  client: SessionClient,
  logger: Logger,
  patience = PATIENCE,
): Promise<void> {
  const start = performance.now();
  let said = -Infinity;
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as "isTaken"', [LOCKS.migration]);
    if ((rows[0] as { isTaken: boolean }).isTaken) return;
    const waited = performance.now() - start;
    if (waited > patience) {
      throw new DomainError(
        'CONFLICT',
        `another replica has been bringing the database up to date for ${Math.round(waited / 1000)} s; see what it does, or end it, and start again`,
      );
    }
    if (waited - said > SAY_AGAIN) {
      logger.info('waiting for another replica, which brings the database up to date');
      said = waited;
    }
    await delay(TRY_AGAIN);
  }
}
