export type { Cluster } from './clusters/cluster.entity.js';
export type { ClusterClient, ClusterConnector } from './clusters/cluster.port.js';
export { ClusterAccess, withDeadline } from './clusters/clusterAccess.service.js';
export { namespaceOf } from './clusters/namespace.service.js';
export type {
  ContainerLog,
  KubernetesObject,
  LogLine,
  ObjectChange,
  WorkloadOwner,
  WorkloadState,
  Workloads,
} from './clusters/workload.port.js';
export { type Edge, createEdge, edge } from './edge.module.js';
export {
  ClusterLabelling,
  ClusterUnlabelling,
  NodeLabelling,
  NodeUnlabelling,
} from './labels/label.inputs.js';
export type { ClusterNode } from './nodes/node.entity.js';
export type { ListedNode } from './nodes/nodeList.service.js';
export type { WatchPeriods } from './watching/watch.service.js';
