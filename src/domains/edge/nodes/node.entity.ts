import { BigIntType, Collection, type Opt } from '@mikro-orm/core';
import {
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { Derived } from '../../../database/derived.js';
import { TIME } from '../../../database/entity.js';
import { BigIntScalar } from '../../../kernel/scalars.js';
import { Cluster } from '../clusters/cluster.entity.js';

const BYTES = new BigIntType('number');

@ObjectType({ simpleResolvers: true, description: 'A machine of a cluster' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'nodes' })
@Unique({ properties: ['cluster', 'name'] })
@Index({ properties: ['cluster', 'id'] })
@Index({ properties: ['cluster', 'memory', 'id'] })
@Index({ properties: ['name', 'id'] })
@Index({ properties: ['memory', 'id'] })
@Index({ properties: ['cpu', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
@Index({ name: 'nodes_unapplied_index', properties: ['id'], where: '"labels_wanted" > "labels_applied"' })
export class ClusterNode {
  @Field(() => ID, { description: 'Key of the node' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Field(() => ID, { description: 'Key of its cluster' })
  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @ManyToOne(() => Cluster, { deleteRule: 'cascade', foreignKeyName: 'nodes_cluster_id_fkey' })
  cluster!: Cluster;

  @Field(() => String, { description: 'Name of its cluster' })
  @Derived<ClusterNode>(({ cluster }) => cluster.name, 'string')
  clusterName!: Opt<string>;

  @Field(() => String, { description: 'Name, unique in its cluster' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'What Kubernetes knows it by; another one after it was made anew' })
  @Property({ type: 'text' })
  uid!: string;

  @Field(() => Boolean, { description: 'Whether it and its cluster are alive' })
  @Derived<ClusterNode>(
    ({ reportedReady, cluster }) => `(${reportedReady} and ${cluster.isReady})`,
    'boolean',
  )
  isReady!: Opt<boolean>;

  @Field(() => Boolean, { description: 'Whether new pods may be placed on it; false while it is cordoned' })
  @Property({ type: 'boolean' })
  isSchedulable!: boolean;

  @Field(() => String, { nullable: true, description: 'Its internal address' })
  @Property({ type: 'text', nullable: true })
  ip!: string | null;

  @Field(() => String, { description: 'Operating system, such as linux' })
  @Property({ type: 'text' })
  operatingSystem!: string;

  @Field(() => String, { description: 'Which release of the operating system' })
  @Property({ type: 'text' })
  osImage!: string;

  @Field(() => String, { description: 'Of the processor, such as amd64' })
  @Property({ type: 'text' })
  architecture!: string;

  @Field(() => String, { description: 'Version of its kernel' })
  @Property({ type: 'text' })
  kernelVersion!: string;

  @Field(() => String, { description: "Version of Kubernetes' agent on it" })
  @Property({ type: 'text' })
  kubeletVersion!: string;

  @Field(() => Float, { description: 'Cores' })
  @Property({ type: 'double' })
  cpu!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of memory' })
  @Property({ type: BYTES })
  memory!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of ephemeral storage' })
  @Property({ type: BYTES })
  disk!: number;

  @Field(() => BigIntScalar, {
    description: "Bytes of its GPUs' memory, as NVIDIA's feature discovery tells; 0 for none or unknown",
  })
  @Property({ type: BYTES })
  gpuMemory!: number;

  @Field(() => Float, { description: 'Cores that pods may request' })
  @Property({ type: 'double' })
  allocatableCpu!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of memory that pods may request' })
  @Property({ type: BYTES })
  allocatableMemory!: number;

  @Field(() => GraphQLDateTime, { description: 'When it joined its cluster' })
  @Property({ ...TIME })
  createdAt!: Date;

  /** All labels that it has in Kubernetes, by name. */
  @Property({ type: 'json' })
  kubernetesLabels!: Record<string, string>;

  /** As its cluster last reported. */
  @Property({ type: 'boolean', fieldName: 'is_ready', hidden: true })
  reportedReady!: boolean;

  /** Of what its cluster last reported. */
  @Property({ type: 'text', hidden: true })
  hash!: string;

  /** Counts the changes of its labels, and those that have arrived in Kubernetes. */
  @Property({ type: 'integer', default: 0, hidden: true })
  labelsWanted!: Opt<number>;

  @Property({ type: 'integer', default: 0, hidden: true })
  labelsApplied!: Opt<number>;

  @OneToMany(() => NodeLabel, (label) => label.node)
  labels = new Collection<NodeLabel>(this);
}

@Entity({ tableName: 'node_labels' })
@Index({ properties: ['name', 'node'] })
@Index({ properties: ['name', 'clusterId', 'node'] })
export class NodeLabel {
  @ManyToOne(() => ClusterNode, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'node_labels_node_id_fkey',
  })
  node!: ClusterNode;

  @Property({ type: 'integer', fieldName: 'node_id', persist: false })
  nodeId!: number;

  @PrimaryKey({ type: 'text' })
  name!: string;

  /** The node's, which never changes, so that an index finds the nodes of a cluster with a label. */
  @Property({ type: 'integer' })
  clusterId!: number;

  @Property({ ...TIME })
  createdAt!: Date;
}
