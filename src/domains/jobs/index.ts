export { type Jobs, createJobs, jobs } from './jobs.module.js';
export { type QueuePace, installQueue } from './queue.js';
