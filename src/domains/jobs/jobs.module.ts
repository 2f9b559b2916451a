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
};
