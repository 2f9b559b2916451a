import { Topic } from '../../database/notifications.js';

export interface DeploymentChange {
  id: number;
  businessId: number;
}

/** A deployment, or one of its targets, has changed. */
export const DEPLOYMENT_CHANGED = new Topic<DeploymentChange>('deployment.changed');

/** A rollout may go on. */
export const ROLLOUT_DUE = new Topic<{ id: number }>('deployment.rollout.due');

/** Clusters are to be told what shall run in them. */
export const TARGETS_DUE = new Topic<{ id: number }>('deployment.targets.due');
