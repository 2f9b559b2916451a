import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';
import { QuotaFigure } from './tenant.entity.js';

@ObjectType({ simpleResolvers: true, description: 'How many hosts there are' })
export class HostInfo {
  @Field(() => Int, { description: 'Hosts whose service reports' })
  up!: number;

  @Field(() => Int, { description: 'Hosts whose service does not report' })
  down!: number;

  @Field(() => Int, { description: 'All of them' })
  total!: number;
}

@ObjectType({ simpleResolvers: true })
abstract class Capacity {
  @Field(() => HostInfo, { description: 'Its hosts' })
  hostInfo!: HostInfo;

  @Field(() => BigIntScalar, { description: 'Physical CPUs of all hosts, up or down' })
  totalVcpus!: number;

  @Field(() => BigIntScalar, { description: 'Used CPUs, with what hosts keep for themselves' })
  usedVcpus!: number;

  @Field(() => BigIntScalar, { description: 'MB of memory of all hosts' })
  totalMemory!: number;

  @Field(() => BigIntScalar, { description: 'Used MB of memory, with what hosts keep for themselves' })
  usedMemory!: number;

  @Field(() => BigIntScalar, { description: 'GB of local disk of all hosts' })
  totalStorage!: number;

  @Field(() => BigIntScalar, { description: 'Used GB of local disk, with what hosts keep for themselves' })
  usedStorage!: number;

  @Field(() => Int, { description: 'Virtual machines on its hosts' })
  virtualMachineCount!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What the hosts of an availability zone have and use' })
export class ZoneCapacity extends Capacity {
  @Field(() => String, { description: 'Name of the zone' })
  availabilityZone!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What a tenant uses, and may' })
export class TenantCapacity {
  @Field(() => ID, { description: 'Key of the tenant' })
  tenantId!: string;

  @Field(() => String, { description: 'Name of the tenant' })
  tenantName!: string;

  @Field(() => QuotaFigure, { description: 'Cores' })
  cores!: QuotaFigure;

  @Field(() => QuotaFigure, { description: 'MB of memory' })
  ram!: QuotaFigure;

  @Field(() => QuotaFigure, { description: 'Virtual machines' })
  instances!: QuotaFigure;

  @Field(() => QuotaFigure, { description: 'GB of volumes of any type' })
  volumes!: QuotaFigure;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a data center has and uses, as its cloud was last read',
})
export class Infrastructure extends Capacity {
  /** Of the data center. */
  dataCenterId!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its hosts were last read; null before' })
  readAt!: Date | null;

  @Field(() => [ZoneCapacity], { description: 'The same for each availability zone, by name' })
  zones!: ZoneCapacity[];
}
