import type { TableOf } from '../../database/columns.js';
import type { Cluster, ClusterLabel } from './clusters/cluster.entity.js';
import type { ClusterNamespace } from './clusters/namespace.entity.js';
import type { DepartedLabel, LabelEviction, NodeLabelCount } from './labels/label.entity.js';
import type { ClusterNode, NodeLabel } from './nodes/node.entity.js';
import type { ClusterWatcher } from './watching/watcher.entity.js';

/** For `getKysely`. */
export interface EdgeTables {
  clusters: TableOf<Cluster, { isReady: never; reportedReady: 'ready_node_count'; readyNodeCount: never }>;
  cluster_labels: TableOf<ClusterLabel>;
  cluster_namespaces: TableOf<ClusterNamespace>;
  cluster_watchers: TableOf<ClusterWatcher>;
  nodes: TableOf<ClusterNode, { isReady: never; reportedReady: 'is_ready'; clusterName: never }>;
  node_labels: TableOf<NodeLabel>;
  node_label_counts: TableOf<NodeLabelCount>;
  departed_node_labels: TableOf<DepartedLabel>;
  label_evictions: TableOf<LabelEviction>;
}
