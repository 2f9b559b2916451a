import type { Database } from './database/database.js';
import {
  CLUSTER_CHANGED,
  type ClusterAccess,
  LabelSyncService,
  NODE_LABELS_CHANGED,
  NamespaceService,
} from './domains/edge/index.js';
import { BUSINESS_APPROVED } from './domains/identity/index.js';
import { JobQueue, type QueuePace, namespacesJob, nodeLabelsJob } from './jobs/index.js';
import type { Loggers } from './log/logger.js';

/** The queue with every kind of job, and what sets them off. */
export function createQueue(
  database: Database,
  access: ClusterAccess,
  { logger }: Loggers,
  pace?: QueuePace,
): JobQueue {
  const nodeLabels = nodeLabelsJob(new LabelSyncService(database, access));
  const namespaces = namespacesJob(new NamespaceService(database, access));
  const queue = new JobQueue(database.native, [nodeLabels, namespaces], logger, pace);
  const { notifications } = database;
  notifications.subscribe(NODE_LABELS_CHANGED, ({ clusterId }) => queue.nudge(nodeLabels.name, clusterId));
  notifications.subscribe(CLUSTER_CHANGED, ({ id, change }) => {
    if (change === 'REGISTERED') queue.nudge(namespaces.name, id);
  });
  notifications.subscribe(BUSINESS_APPROVED, () => queue.sweep());
  return queue;
}
