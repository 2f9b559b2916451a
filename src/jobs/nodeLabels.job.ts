import type { LabelSyncService } from '../domains/edge/index.js';
import type { JobKind } from './queue.js';

/** Carries the labels of a cluster's nodes to Kubernetes. */
export const nodeLabelsJob = (labels: LabelSyncService): JobKind => ({
  name: 'node-labels',
  pending: async () => labels.pending(),
  run: async (clusterId, signal) => labels.apply(clusterId, signal),
});
