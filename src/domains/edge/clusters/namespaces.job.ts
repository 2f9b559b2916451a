import { BUSINESS_APPROVED } from '../../identity/index.js';
import { type JobKind, sweptBy, wakenBy } from '../../jobKind.js';
import { CLUSTER_CHANGED } from '../edge.topics.js';
import type { NamespaceService } from './namespace.service.js';

/** Makes the namespaces of approved businesses in a cluster. */
export const namespacesJob = (namespaces: NamespaceService): JobKind => ({
  name: 'namespaces',
  wakes: [
    wakenBy(CLUSTER_CHANGED, ({ id, change }) => (change === 'REGISTERED' ? String(id) : undefined)),
    sweptBy(BUSINESS_APPROVED),
  ],
  pending: async () => (await namespaces.pending()).map(String),
  run: async (clusterId, signal) => namespaces.apply(Number(clusterId), signal),
});
