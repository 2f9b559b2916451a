export { CapacityService } from './clusters/capacity.service.js';
export { Cluster, ClusterLabel } from './clusters/cluster.entity.js';
export type { ClusterClient, ClusterConnector } from './clusters/cluster.port.js';
export { ClusterCapacityResolver, ClusterResolver } from './clusters/cluster.resolver.js';
export { CLUSTER_SECRETS } from './clusters/cluster.secrets.js';
export { ClusterService } from './clusters/cluster.service.js';
export { ClusterAccess } from './clusters/clusterAccess.service.js';
export { ClusterLabelService } from './labels/clusterLabel.service.js';
export { clusterNodeReference, clusterReference } from './edge.reference.js';
export { CLUSTER_CHANGED, NODE_LABELS_CHANGED } from './edge.topics.js';
export { LabelSyncService } from './labels/labelSync.service.js';
export { ClusterNamespace } from './clusters/namespace.entity.js';
export { NamespaceService } from './clusters/namespace.service.js';
export {
  ClusterLabelling,
  ClusterUnlabelling,
  NodeLabelling,
  NodeUnlabelling,
} from './labels/label.inputs.js';
export { DepartedLabel, NodeLabelCount } from './labels/label.entity.js';
export { LabelResolver } from './labels/label.resolver.js';
export { ClusterNode, NodeLabel } from './nodes/node.entity.js';
export { LeaseService } from './watching/lease.service.js';
export { NodeIntake } from './nodes/nodeIntake.service.js';
export { NodeResolver } from './nodes/node.resolver.js';
export { type ListedNode, NodeListService } from './nodes/nodeList.service.js';
export { NodeService } from './nodes/node.service.js';
export { NodeLabelService } from './labels/nodeLabel.service.js';
export { WatchService } from './watching/watch.service.js';
export { ClusterWatcher } from './watching/watcher.entity.js';
