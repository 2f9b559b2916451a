export { Cluster } from './clusters/cluster.entity.js';
export type { ClusterClient, ClusterConnector } from './clusters/cluster.port.js';
export { type ClusterService } from './clusters/cluster.service.js';
export { ClusterAccess, withDeadline } from './clusters/clusterAccess.service.js';
export { settleAll } from './clusters/settleAll.js';
export { namespaceOf } from './clusters/namespace.service.js';
export type {
  Allowance,
  ContainerLog,
  KubernetesObject,
  LogLine,
  ObjectChange,
  Room,
  WorkloadOwner,
  WorkloadState,
  Workloads,
} from './clusters/workload.port.js';
export type { EdgeTables } from './edge.tables.js';
export { CLUSTER_CHANGED, NODE_LABELS_APPLIED } from './edge.topics.js';
export { type ClusterLabelService, isEveryone } from './labels/clusterLabel.service.js';
export type { LabelEvictionService } from './labels/labelEviction.service.js';
export { type Edge, createEdge, edge } from './edge.module.js';
export {
  ClusterLabelling,
  ClusterUnlabelling,
  NodeLabelling,
  NodeUnlabelling,
} from './labels/label.inputs.js';
export type { ClusterNode } from './nodes/node.entity.js';
export type { WatchPeriods } from './watching/watch.service.js';
