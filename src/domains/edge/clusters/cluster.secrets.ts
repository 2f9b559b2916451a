import type { SealedColumn } from '../../../database/sealed.js';

/** The kubeconfigs of clusters. */
export const CLUSTER_SECRETS: SealedColumn = {
  table: 'clusters',
  key: 'uid',
  column: 'kubeconfig',
  contextOf: (uid) => `cluster ${uid}`,
};
