import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TIME } from '../../../database/entity.js';
import { Cluster } from '../clusters/cluster.entity.js';

/** How many nodes of a cluster have a label. */
@Entity({ tableName: 'node_label_counts' })
export class NodeLabelCount {
  @PrimaryKey({ type: 'text' })
  name!: string;

  @ManyToOne(() => Cluster, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'node_label_counts_cluster_id_fkey',
  })
  cluster!: Cluster;

  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @Property({ type: 'integer' })
  nodeCount!: number;

  @Property({ type: 'integer' })
  readyNodeCount!: number;
}

/** A label of a node that has left its cluster, for when it comes back. */
@Entity({ tableName: 'departed_node_labels' })
export class DepartedLabel {
  @ManyToOne(() => Cluster, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'departed_node_labels_cluster_id_fkey',
  })
  cluster!: Cluster;

  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @PrimaryKey({ type: 'text' })
  nodeName!: string;

  @PrimaryKey({ type: 'text' })
  name!: string;

  @Property({ ...TIME })
  createdAt!: Date;

  @Property({ ...TIME })
  departedAt!: Date;
}

/** A label that a node has lost, and the deployments that chose the node by it shall leave it. */
@Entity({ tableName: 'label_evictions' })
export class LabelEviction {
  @ManyToOne(() => Cluster, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'label_evictions_cluster_id_fkey',
  })
  cluster!: Cluster;

  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @PrimaryKey({ type: 'text' })
  nodeName!: string;

  @PrimaryKey({ type: 'text' })
  name!: string;

  @Property({ ...TIME })
  createdAt!: Date;
}
