import { Topic } from '../../database/notifications.js';

export interface ClusterChange {
  id: number;
  change: 'REGISTERED' | 'UPDATED' | 'DELETED';
}

/** A cluster was registered, changed, turned ready or not, or is gone. */
export const CLUSTER_CHANGED = new Topic<ClusterChange>('cluster.changed');

/** Nodes of the cluster shall have other labels than before. */
export const NODE_LABELS_CHANGED = new Topic<{ clusterId: number }>('node.labels.changed');

/** Nodes of the cluster have the labels that they shall have. */
export const NODE_LABELS_APPLIED = new Topic<{ clusterId: number }>('node.labels.applied');
