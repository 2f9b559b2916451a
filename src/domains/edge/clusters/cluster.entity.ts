import { Collection, type Opt } from '@mikro-orm/core';
import {
  Entity,
  Formula,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryKey,
  Property,
} from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { databaseNow } from '../../../database/clock.js';
import { TIME } from '../../../database/entity.js';
import { BigIntScalar } from '../../../kernel/scalars.js';

/** Whether the cluster has answered lately, by the database's clock, which all replicas share. */
const alive = (lastSeenAt: string, silence: string): string =>
  `coalesce(${lastSeenAt} + ${silence} * interval '1 ms' > now(), false)`;

@ObjectType({ simpleResolvers: true, description: 'A Kubernetes cluster' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "name")')
@Entity({ tableName: 'clusters' })
@Index({ properties: ['createdAt', 'id'] })
export class Cluster {
  @Field(() => ID, { description: 'Key of the cluster' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Field(() => String, { description: 'Name, unique' })
  @Property({ type: 'text', unique: true })
  name!: string;

  @Field(() => String, { description: 'What Kubernetes knows it by: the UID of its namespace kube-system' })
  @Property({ type: 'text', unique: true })
  uid!: string;

  @Field(() => String, { description: 'Version of Kubernetes, read again whenever its watch begins anew' })
  @Property({ type: 'text' })
  version!: string;

  /** Sealed. */
  @Property({ type: 'text', hidden: true })
  kubeconfig!: string;

  /** Which kubeconfig it has: the first, the second, ... */
  @Property({ type: 'integer', default: 1 })
  revision!: Opt<number>;

  @Field(() => GraphQLDateTime, { description: 'When it was registered' })
  @Property({ ...TIME, onCreate: () => databaseNow() })
  createdAt!: Opt<Date>;

  @Field(() => GraphQLDateTime, { description: 'When its registration was last changed' })
  @Property({ ...TIME, onCreate: () => databaseNow() })
  updatedAt!: Opt<Date>;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it last answered' })
  @Property({ ...TIME, nullable: true })
  lastSeenAt!: Date | null;

  /** Milliseconds without an answer after which it counts as dead: CLUSTER_SILENCE of the replica that watches it. */
  @Property({ type: 'integer', default: 60_000, hidden: true })
  silence!: Opt<number>;

  @Field(() => Boolean, {
    description: 'Whether it is alive: it has answered within CLUSTER_SILENCE, a minute unless set otherwise',
  })
  @Formula<Cluster>(({ lastSeenAt, silence }) => alive(lastSeenAt, silence), { type: 'boolean' })
  isReady!: Opt<boolean>;

  /** As it was last told. */
  @Property({ type: 'boolean', hidden: true })
  wasReady!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it, or a part of it, cannot be read at present; nodes that are passed over as odd are counted and named',
  })
  @Property({ type: 'text', nullable: true })
  failure!: string | null;

  @Field(() => Int, { description: 'How many nodes it has' })
  @Property({ type: 'integer', default: 0 })
  nodeCount!: Opt<number>;

  /** How many of its nodes are ready, as it last reported. */
  @Property({ type: 'integer', fieldName: 'ready_node_count', default: 0, hidden: true })
  reportedReady!: Opt<number>;

  @Field(() => Int, { description: 'How many of its nodes are alive' })
  @Formula<Cluster>(
    ({ lastSeenAt, silence, reportedReady }) =>
      `case when ${alive(lastSeenAt, silence)} then ${reportedReady} else 0 end`,
    // Not the name of a column, which managed clusters have beside it.
    { type: 'integer', fieldName: 'alive_node_count' },
  )
  readyNodeCount!: Opt<number>;

  /** The replica that watches it. */
  @Property({ type: 'uuid', nullable: true, hidden: true })
  watcher!: string | null;

  @Property({ ...TIME, nullable: true, hidden: true })
  watchedUntil!: Date | null;

  @OneToMany(() => ClusterLabel, (label) => label.cluster)
  labels = new Collection<ClusterLabel>(this);
}

@Entity({ tableName: 'cluster_labels' })
@Index({ properties: ['name', 'cluster'] })
export class ClusterLabel {
  @ManyToOne(() => Cluster, {
    primary: true,
    deleteRule: 'cascade',
    foreignKeyName: 'cluster_labels_cluster_id_fkey',
  })
  cluster!: Cluster;

  @Property({ type: 'integer', fieldName: 'cluster_id', persist: false })
  clusterId!: number;

  @PrimaryKey({ type: 'text' })
  name!: string;

  @Property({ ...TIME })
  createdAt!: Date;
}

@ObjectType({ simpleResolvers: true, description: 'Something that happened in a cluster' })
export class ClusterEvent {
  @Field(() => String, { description: 'Normal or Warning as a rule; empty when the cluster tells none' })
  type!: string;

  @Field(() => String, { description: 'Why, in one word' })
  reason!: string;

  @Field(() => String, { description: 'What happened' })
  message!: string;

  @Field(() => String, { description: 'To what, such as Node/worker-1' })
  subject!: string;

  @Field(() => String, {
    nullable: true,
    description: 'In which namespace; null for what belongs to the cluster',
  })
  namespace!: string | null;

  @Field(() => Int, { description: 'How often' })
  count!: number;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When last; null when the cluster tells no time',
  })
  lastSeenAt!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'Processing power and memory' })
export class ResourceAmount {
  @Field(() => Float, { description: 'Cores' })
  cpu!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of memory' })
  memory!: number;
}

/** What stands beside what a cluster told. */
@ObjectType({ simpleResolvers: true })
abstract class Reading {
  @Field(() => GraphQLDateTime, { description: 'When the cluster told that' })
  readAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why it does not tell now; null where this is of now' })
  failure!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What happened in a cluster, as far as it told' })
export class ClusterEventReading extends Reading {
  @Field(() => [ClusterEvent], { description: 'The latest first' })
  events!: readonly ClusterEvent[];
}

@ObjectType({ simpleResolvers: true, description: 'What pods ask for, as far as their cluster told' })
export class ResourceReading extends Reading {
  @Field(() => ResourceAmount, { description: 'How much that is' })
  amount!: ResourceAmount;
}

@ObjectType({
  simpleResolvers: true,
  description: 'How much the nodes of a cluster offer to pods and how much of it is asked for',
})
export class ClusterCapacity {
  clusterId!: number;
}
