import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';

@ObjectType({ simpleResolvers: true, description: 'A Kubernetes cluster' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "name")')
export class Cluster {
  @Field(() => ID, { description: 'Key of the cluster' })
  id!: number;

  @Field(() => String, { description: 'Name, unique' })
  name!: string;

  @Field(() => String, { description: 'What Kubernetes knows it by: the UID of its namespace kube-system' })
  uid!: string;

  @Field(() => String, { description: 'Version of Kubernetes, read again whenever its watch begins anew' })
  version!: string;

  /** Which kubeconfig it has: the first, the second, ... */
  revision!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was registered' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When its registration was last changed' })
  updatedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it last answered' })
  lastSeenAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether it is alive: it has answered within CLUSTER_SILENCE, a minute unless set otherwise',
  })
  isReady!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it, or a part of it, cannot be read at present; nodes that are passed over as odd are counted and named',
  })
  failure!: string | null;

  @Field(() => Int, { description: 'How many nodes it has' })
  nodeCount!: number;

  @Field(() => Int, { description: 'How many of its nodes are alive' })
  readyNodeCount!: number;
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

@ObjectType({
  simpleResolvers: true,
  description: 'How much the nodes of a cluster offer to pods and how much of it is asked for',
})
export class ClusterCapacity {
  clusterId!: number;
}
