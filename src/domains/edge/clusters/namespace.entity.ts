import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TIME } from '../../../database/entity.js';
import { Cluster } from './cluster.entity.js';

/** A business that has its namespace in a cluster. */
@Entity({ tableName: 'cluster_namespaces' })
export class ClusterNamespace {
  @ManyToOne(() => Cluster, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'cluster_namespaces_cluster_id_fkey',
  })
  cluster!: Cluster;

  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @PrimaryKey({ type: 'integer' })
  businessId!: number;

  @Property({ ...TIME })
  createdAt!: Date;
}
