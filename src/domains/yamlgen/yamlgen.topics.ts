import { Topic } from '../../database/notifications.js';
import type { Owned } from '../identity/index.js';

/** A job is done. */
export interface YamlJobChange extends Owned {
  id: string;
}

export const YAML_JOB_UPDATED = new Topic<YamlJobChange>('yamlgen.job.updated');
