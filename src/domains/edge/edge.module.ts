import { countsBy } from '../../database/countsBy.js';
import { gauge } from '../../kernel/figures.js';
import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import { CapacityService } from './clusters/capacity.service.js';
import { Cluster, ClusterLabel } from './clusters/cluster.entity.js';
import type { ClusterConnector } from './clusters/cluster.port.js';
import { ClusterCapacityResolver, ClusterResolver } from './clusters/cluster.resolver.js';
import { CLUSTER_SECRETS } from './clusters/cluster.secrets.js';
import { ClusterService } from './clusters/cluster.service.js';
import { ClusterAccess } from './clusters/clusterAccess.service.js';
import { ClusterNamespace } from './clusters/namespace.entity.js';
import { NamespaceService } from './clusters/namespace.service.js';
import { namespacesJob } from './clusters/namespaces.job.js';
import { clusterNodeReference, clusterReference } from './edge.reference.js';
import { ClusterLabelService } from './labels/clusterLabel.service.js';
import { DepartedLabel, LabelEviction, NodeLabelCount } from './labels/label.entity.js';
import { LabelEvictionService } from './labels/labelEviction.service.js';
import { LabelResolver } from './labels/label.resolver.js';
import { LabelTargets } from './labels/labelTargets.js';
import { LabelSyncService } from './labels/labelSync.service.js';
import { NodeLabelService } from './labels/nodeLabel.service.js';
import { nodeLabelsJob } from './labels/nodeLabels.job.js';
import { ClusterNode, NodeLabel } from './nodes/node.entity.js';
import { NodeResolver } from './nodes/node.resolver.js';
import { NodeService } from './nodes/node.service.js';
import { NodeIntake } from './nodes/nodeIntake.service.js';
import { NodeListService } from './nodes/nodeList.service.js';
import { LeaseService } from './watching/lease.service.js';
import { type WatchPeriods, WatchService } from './watching/watch.service.js';
import { ClusterWatcher } from './watching/watcher.entity.js';

/** How foreign systems are reached; each is loaded when it is first asked for. */
interface EdgeConnectors {
  kubernetes: () => Promise<ClusterConnector>;
}

/** A lease is renewed this often while it lasts. */
const RENEWALS = 3;

const periodsOf = ({ CLUSTER_LEASE: lease, CLUSTER_SILENCE: silence }: Base['config']): WatchPeriods => ({
  lease,
  renewal: lease / RENEWALS,
  silence,
});

export function createEdge(
  { config, database, logger, secrets }: Base,
  { trail }: Pick<Identity, 'trail'>,
  { kubernetes }: EdgeConnectors,
  periods = periodsOf(config),
) {
  const access = new ClusterAccess({ database, secrets, connector: kubernetes });
  const clusters = new ClusterService(database, trail, access);
  const nodes = new NodeService();
  const leases = new LeaseService(database, periods);
  const intake = new NodeIntake(database, leases);
  return {
    access,
    capacities: new CapacityService(access, config.CLUSTER_PATIENCE),
    clusterLabels: new ClusterLabelService(database, trail, clusters),
    clusters,
    labelEvictions: new LabelEvictionService(database),
    labelSync: new LabelSyncService(database, access),
    namespaces: new NamespaceService(database, access),
    nodeLabels: new NodeLabelService(database, trail, nodes),
    nodeLists: new NodeListService(),
    nodes,
    watches: new WatchService({ database, access, leases, intake, logger }, periods),
  };
}

export type Edge = ReturnType<typeof createEdge>;

/** Clusters, their nodes, and the labels of both. */
export const edge: Module<Edge> = {
  entities: [
    Cluster,
    ClusterLabel,
    ClusterNamespace,
    ClusterWatcher,
    ClusterNode,
    NodeLabel,
    NodeLabelCount,
    DepartedLabel,
    LabelEviction,
  ],
  sealed: [CLUSTER_SECRETS],
  resolvers: ({ capacities, clusterLabels, clusters, nodeLabels, nodes }) => [
    new ClusterCapacityResolver(capacities),
    new ClusterResolver(clusters, clusterLabels, nodes, capacities),
    new LabelResolver(clusterLabels, nodeLabels, new LabelTargets(clusters, nodes)),
    new NodeResolver(nodes, clusters, nodeLabels),
  ],
  references: ({ clusters, nodes }) => ({
    Cluster: clusterReference(clusters),
    ClusterNode: clusterNodeReference(nodes),
  }),
  jobs: ({ labelSync, namespaces }) => [nodeLabelsJob(labelSync), namespacesJob(namespaces)],
  background: ({ watches }) => [watches],
  figures: ({ watches }, reader) => [
    {
      kind: 'gauge',
      name: 'isthmus_clusters',
      help: 'Registered clusters, alive or dead; the same at every replica',
      labels: ['state'],
      isShared: true,
      read: async () =>
        countsBy(reader, Cluster, 'isReady', (isReady) => ({ state: isReady === 'true' ? 'alive' : 'dead' })),
    },
    gauge('isthmus_clusters_watched', 'Clusters that this replica watches', () => watches.count),
  ],
};
