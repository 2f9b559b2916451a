import { Topic } from '../../../database/notifications.js';
import type { DataCenter } from '../dataCenter.entity.js';

/** The record shall be made. */
export const RECORD_DUE = new Topic<{ id: string }>('datacenter.record.due');

/** Whose its data center was then. */
export interface RecordChange extends Pick<DataCenter, 'businessId' | 'ownerId'> {
  id: string;
}

/** The record was asked for, has come on, or has ended. */
export const RECORD_UPDATED = new Topic<RecordChange>('datacenter.record.updated');
