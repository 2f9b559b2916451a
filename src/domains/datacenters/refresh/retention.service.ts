import type { EntityManager } from '@mikro-orm/postgresql';
import { timeIn } from '../../../database/clock.js';
import type { DataCenterTables } from '../datacenters.tables.js';

/** Of each data center. */
export const RUNS_KEPT = 2000;
/** Milliseconds: a year, after which runs go of data centers that are gone too. */
const KEPT_FOR = 365 * 86_400_000;
/** Rows that one run's end removes at most. */
const BATCH = 1000;

/** Keeps the latest runs of the data center, and of all those that are not too old. */
export async function removeOldRuns(em: EntityManager, dataCenterId: string): Promise<void> {
  const tables = em.getKysely<DataCenterTables>();
  const beyond = tables
    .selectFrom('task_runs')
    .select('id')
    .where('data_center_id', '=', dataCenterId)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .offset(RUNS_KEPT)
    .limit(BATCH);
  await tables.deleteFrom('task_runs').where('id', 'in', beyond).execute();
  const old = tables
    .selectFrom('task_runs')
    .select('id')
    .where('ended_at', '<', timeIn(-KEPT_FOR))
    .limit(BATCH);
  await tables.deleteFrom('task_runs').where('id', 'in', old).execute();
}
