import type { NamespaceService } from '../domains/edge/index.js';
import type { JobKind } from './queue.js';

/** Makes the namespaces of approved businesses in a cluster. */
export const namespacesJob = (namespaces: NamespaceService): JobKind => ({
  name: 'namespaces',
  pending: async () => namespaces.pending(),
  run: async (clusterId, signal) => namespaces.apply(clusterId, signal),
});
