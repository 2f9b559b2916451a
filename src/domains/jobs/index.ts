export { JOBS_SCHEMA } from '../../database/options.js';
export { JobResolver } from './job.resolver.js';
export { JobService } from './job.service.js';
