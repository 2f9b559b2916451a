import { Topic } from '../../database/notifications.js';
import type { DataCenter } from './dataCenter.entity.js';

/** A task of the data center shall run. */
export const TASKS_DUE = new Topic<{ dataCenterId: string }>('datacenter.tasks.due');

/** Whose the data center was when the run ended. */
export interface RunEnd extends Pick<DataCenter, 'businessId' | 'ownerId'> {
  id: string;
  dataCenterId: string;
}

/** A run has ended, well or not. */
export const TASK_RUN_FINISHED = new Topic<RunEnd>('datacenter.run.finished');
