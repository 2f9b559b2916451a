export { JOBS_SCHEMA } from '../../database/options.js';
export { Job } from './job.entity.js';
export { JobResolver } from './job.resolver.js';
export { JobService } from './job.service.js';
