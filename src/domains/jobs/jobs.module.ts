import type { JobKind } from '../jobKind.js';
import type { Base, Module } from '../module.js';
import { Job } from './job.entity.js';
import { JobResolver } from './job.resolver.js';
import { JobService } from './job.service.js';
import { JobQueue, type QueuePace } from './queue.js';

export function createJobs({ database, logger }: Base, kinds: readonly JobKind[], pace?: QueuePace) {
  const queue = new JobQueue(database.native, kinds, logger, pace);
  queue.listen(database.notifications);
  return { jobs: new JobService(async () => queue.started()), queue };
}

export type Jobs = ReturnType<typeof createJobs>;

/** The queue of all kinds of jobs, and what waits in it. */
export const jobs: Module<Jobs> = {
  entities: [Job],
  resolvers: ({ jobs: service }) => [new JobResolver(service)],
  background: ({ queue }) => [queue],
  figures: ({ queue }) => [
    {
      kind: 'gauge',
      name: 'isthmus_jobs',
      help: 'Jobs to be done: ready, deferred (most have failed and wait for another try) or active; the same at every replica',
      labels: ['kind', 'state'],
      isShared: true,
      read: async () => queue.waiting(),
    },
    {
      kind: 'counter',
      name: 'isthmus_job_runs_total',
      help: 'Tries of jobs by this replica; those that failed are tried again',
      labels: ['kind', 'result'],
      read: () => queue.counts.runs.values(),
    },
    {
      kind: 'counter',
      name: 'isthmus_job_seconds_total',
      help: 'Time that these took',
      labels: ['kind', 'result'],
      read: () => queue.counts.seconds.values(),
    },
  ],
};
