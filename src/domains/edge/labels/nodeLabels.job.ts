import { type JobKind, wakenBy } from '../../jobKind.js';
import { NODE_LABELS_CHANGED } from '../edge.topics.js';
import type { LabelSyncService } from './labelSync.service.js';

/** Carries the labels of a cluster's nodes to Kubernetes. */
export const nodeLabelsJob = (labels: LabelSyncService): JobKind => ({
  name: 'node-labels',
  wakes: [wakenBy(NODE_LABELS_CHANGED, ({ clusterId }) => String(clusterId))],
  pending: async () => (await labels.pending()).map(String),
  run: async (clusterId, signal) => labels.apply(Number(clusterId), signal),
});
