import { Field, InputType, registerEnumType } from 'type-graphql';
import {
  BigIntFilter,
  BooleanFilter,
  DateTimeFilter,
  FloatFilter,
  IdFilter,
  type RangeFilter,
  StringFilter,
} from '../../../kernel/filters.js';
import { connectionOf, orderOf } from '../../../kernel/pages.js';
import { ClusterNode } from './node.entity.js';

@InputType({ description: 'Which nodes; all conditions must hold' })
export class ClusterNodeFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By key' })
  id?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By name' })
  name?: StringFilter;

  @Field(() => IdFilter, { nullable: true, description: 'By the key of the cluster' })
  clusterId?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the name of the cluster' })
  clusterName?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By a label that it has' })
  label?: StringFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it is alive' })
  isReady?: BooleanFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether new pods may be placed on it' })
  isSchedulable?: BooleanFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By its internal address' })
  ip?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By operating system' })
  operatingSystem?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By architecture of the processor' })
  architecture?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By version of the kernel' })
  kernelVersion?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: "By version of Kubernetes' agent" })
  kubeletVersion?: StringFilter;

  @Field(() => FloatFilter, { nullable: true, description: 'By cores' })
  cpu?: RangeFilter<number>;

  @Field(() => BigIntFilter, { nullable: true, description: 'By bytes of memory' })
  memory?: RangeFilter<bigint>;

  @Field(() => BigIntFilter, { nullable: true, description: 'By bytes of ephemeral storage' })
  disk?: RangeFilter<bigint>;

  @Field(() => BigIntFilter, { nullable: true, description: "By bytes of its GPUs' memory" })
  gpuMemory?: RangeFilter<bigint>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it joined its cluster' })
  createdAt?: RangeFilter<Date>;

  @Field(() => [ClusterNodeFilter], { nullable: true, description: 'All of these' })
  and?: ClusterNodeFilter[];

  @Field(() => [ClusterNodeFilter], { nullable: true, description: 'At least one of these' })
  or?: ClusterNodeFilter[];

  @Field(() => ClusterNodeFilter, { nullable: true, description: 'Not this' })
  not?: ClusterNodeFilter;
}

export enum ClusterNodeOrderField {
  ID = 'id',
  NAME = 'name',
  CLUSTER_NAME = 'clusterName',
  CPU = 'cpu',
  MEMORY = 'memory',
  DISK = 'disk',
  GPU_MEMORY = 'gpuMemory',
  CREATED_AT = 'createdAt',
}

registerEnumType(ClusterNodeOrderField, {
  name: 'ClusterNodeOrderField',
  description: 'What a list of nodes can be ordered by',
  valuesConfig: {
    ID: { description: 'Key' },
    NAME: { description: 'Name' },
    CLUSTER_NAME: { description: 'Name of the cluster' },
    CPU: { description: 'Cores' },
    MEMORY: { description: 'Bytes of memory' },
    DISK: { description: 'Bytes of ephemeral storage' },
    GPU_MEMORY: { description: "Bytes of its GPUs' memory" },
    CREATED_AT: { description: 'When it joined its cluster' },
  },
});

export const ClusterNodeOrder = orderOf(ClusterNodeOrderField, 'ClusterNode');
export const ClusterNodeConnection = connectionOf(ClusterNode, 'ClusterNode');
