import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';
import type { Cluster } from '../clusters/cluster.entity.js';

@ObjectType({ simpleResolvers: true, description: 'A machine of a cluster' })
@Directive('@key(fields: "id")')
export class ClusterNode {
  @Field(() => ID, { description: 'Key of the node' })
  id!: number;

  @Field(() => ID, { description: 'Key of its cluster' })
  clusterId!: number;

  /** Where it was read with the node. */
  cluster?: Cluster;

  @Field(() => String, { description: 'Name of its cluster' })
  clusterName!: string;

  @Field(() => String, { description: 'Name, unique in its cluster' })
  name!: string;

  @Field(() => String, { description: 'What Kubernetes knows it by; another one after it was made anew' })
  uid!: string;

  @Field(() => Boolean, { description: 'Whether it and its cluster are alive' })
  isReady!: boolean;

  @Field(() => Boolean, { description: 'Whether new pods may be placed on it; false while it is cordoned' })
  isSchedulable!: boolean;

  @Field(() => String, { nullable: true, description: 'Its internal address' })
  ip!: string | null;

  @Field(() => String, { description: 'Operating system, such as linux' })
  operatingSystem!: string;

  @Field(() => String, { description: 'Which release of the operating system' })
  osImage!: string;

  @Field(() => String, { description: 'Of the processor, such as amd64' })
  architecture!: string;

  @Field(() => String, { description: 'Version of its kernel' })
  kernelVersion!: string;

  @Field(() => String, { description: "Version of Kubernetes' agent on it" })
  kubeletVersion!: string;

  @Field(() => Float, { description: 'Cores' })
  cpu!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of memory' })
  memory!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of ephemeral storage' })
  disk!: number;

  @Field(() => BigIntScalar, {
    description: "Bytes of its GPUs' memory, as NVIDIA's feature discovery tells; 0 for none or unknown",
  })
  gpuMemory!: number;

  @Field(() => Float, { description: 'Cores that pods may request' })
  allocatableCpu!: number;

  @Field(() => BigIntScalar, { description: 'Bytes of memory that pods may request' })
  allocatableMemory!: number;

  @Field(() => GraphQLDateTime, { description: 'When it joined its cluster' })
  createdAt!: Date;
}
