import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import {
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  IntFilter,
  type RangeFilter,
  StringFilter,
} from '../../../kernel/filters.js';
import { connectionOf, orderOf } from '../../../kernel/pages.js';
import { readableName } from '../../../kernel/names.js';
import { text } from '../../../kernel/validation.js';
import { Cluster } from './cluster.entity.js';

const MAX_NAME = 64;
const MAX_KUBECONFIG = 262_144;

const KUBECONFIG = text(1, MAX_KUBECONFIG);

export const NewCluster = z.object({ name: readableName(MAX_NAME), kubeconfig: KUBECONFIG });
export type NewCluster = z.infer<typeof NewCluster>;

export const ClusterChanges = z.object({ kubeconfig: KUBECONFIG });
export type ClusterChanges = z.infer<typeof ClusterChanges>;

@InputType({ description: 'A cluster to register' })
export class RegisterClusterInput {
  @Field(() => String, { description: 'Name, 1 to 64 characters, unique' })
  name!: string;

  @Field(() => String, {
    description:
      'A kubeconfig (YAML) whose current context reaches it, without commands and file paths; encrypted and never shown',
  })
  kubeconfig!: string;
}

@InputType({ description: 'Another way to reach a cluster' })
export class UpdateClusterInput {
  @Field(() => ID, { description: 'The cluster' })
  id!: string;

  @Field(() => String, { description: 'A kubeconfig that reaches the same cluster' })
  kubeconfig!: string;
}

@InputType({ description: 'A cluster to delete here; nothing in the cluster itself changes' })
export class DeleteClusterInput {
  @Field(() => ID, { description: 'The cluster' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The cluster as it is now, or was when it was deleted' })
export class ClusterPayload {
  @Field(() => Cluster, { description: 'The cluster' })
  cluster!: Cluster;
}

@InputType({ description: 'Which clusters; all conditions must hold' })
export class ClusterFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By key' })
  id?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By name' })
  name?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By a label that it has' })
  label?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the version of Kubernetes' })
  version?: StringFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it is alive' })
  isReady?: BooleanFilter;

  @Field(() => IntFilter, { nullable: true, description: 'By how many nodes it has' })
  nodeCount?: RangeFilter<number>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it last answered' })
  lastSeenAt?: RangeFilter<Date>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was registered' })
  createdAt?: RangeFilter<Date>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when its registration was last changed' })
  updatedAt?: RangeFilter<Date>;

  @Field(() => [ClusterFilter], { nullable: true, description: 'All of these' })
  and?: ClusterFilter[];

  @Field(() => [ClusterFilter], { nullable: true, description: 'At least one of these' })
  or?: ClusterFilter[];

  @Field(() => ClusterFilter, { nullable: true, description: 'Not this' })
  not?: ClusterFilter;
}

export enum ClusterOrderField {
  ID = 'id',
  NAME = 'name',
  NODE_COUNT = 'nodeCount',
  VERSION = 'version',
  CREATED_AT = 'createdAt',
  UPDATED_AT = 'updatedAt',
}

registerEnumType(ClusterOrderField, {
  name: 'ClusterOrderField',
  description: 'What a list of clusters can be ordered by',
  valuesConfig: {
    ID: { description: 'Key' },
    NAME: { description: 'Name' },
    NODE_COUNT: { description: 'How many nodes it has' },
    VERSION: { description: 'Version of Kubernetes' },
    CREATED_AT: { description: 'When it was registered' },
    UPDATED_AT: { description: 'When its registration was last changed' },
  },
});

export const ClusterOrder = orderOf(ClusterOrderField, 'Cluster');
export const ClusterConnection = connectionOf(Cluster, 'Cluster');
