import { type JobKind, wakenBy } from '../../jobKind.js';
import type { RecordMakingService } from './recordMaking.service.js';
import { RECORD_DUE } from './records.topics.js';

/** Records that one replica makes at once. */
export const MOST_MADE = 2;

/** Makes a record that was asked for. */
export const recordJob = (making: RecordMakingService): JobKind => ({
  name: 'records',
  concurrency: MOST_MADE,
  wakes: [wakenBy(RECORD_DUE, ({ id }) => id)],
  pending: async () => making.pending(),
  run: async (id, signal) => making.run(id, signal),
});
