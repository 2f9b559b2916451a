import { StringFilter, enumFilter } from '../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { Job, JobState } from './job.entity.js';

export const JobList = listOf(Job, {
  items: 'jobs',
  unordered: 'the newest first',
  fields: {
    name: { by: 'what it does', filter: StringFilter, order: true },
    subject: { by: 'for what', filter: StringFilter },
    state: { by: 'where it stands', filter: enumFilter(JobState, 'JobState') },
    createdAt: { by: 'when it was asked for', order: true },
  },
});
export type JobArgs = ArgsOf<typeof JobList>;
