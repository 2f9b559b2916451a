import { type JobKind, wakenBy } from '../../jobKind.js';
import { TASKS_DUE } from '../datacenters.topics.js';
import type { RefreshService } from './refresh.service.js';
import { MOST_RUNS } from './runTurns.js';

/** Reads the cloud of a data center, as its tasks are due. */
export const refreshJob = (refreshes: RefreshService): JobKind => ({
  name: 'data-centers',
  concurrency: MOST_RUNS,
  wakes: [wakenBy(TASKS_DUE, ({ dataCenterId }) => dataCenterId)],
  pending: async () => refreshes.pending(),
  run: async (dataCenterId, signal) => refreshes.run(dataCenterId, signal),
});
