export { namespacesJob } from './namespaces.job.js';
export { nodeLabelsJob } from './nodeLabels.job.js';
export { type JobKind, JobQueue, type QueueDatabase, type QueuePace } from './queue.js';
