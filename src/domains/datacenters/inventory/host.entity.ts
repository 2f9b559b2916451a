import { Collection, type Opt } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { Derived } from '../../../database/derived.js';
import { TIME } from '../../../database/entity.js';
import { Aggregate } from './aggregate.entity.js';
import { InventoryItem } from './item.entity.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A host on which a cloud runs virtual machines: a nova-compute service with its hypervisors',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'hosts' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
@Index({ properties: ['hostKey', 'id'] })
export class Host extends InventoryItem {
  /** Key of its data center, a colon, and its name, by which virtual machines name it. */
  @Property({ type: 'text' })
  hostKey!: string;

  @Field(() => String, { description: 'Availability zone; nova where no aggregate names one' })
  @Property({ type: 'text' })
  availabilityZone!: string;

  @Field(() => Boolean, { description: 'Whether its service reports' })
  @Property({ type: 'boolean' })
  isUp!: boolean;

  @Field(() => Boolean, { description: 'Whether new virtual machines may be placed on it' })
  @Property({ type: 'boolean' })
  isEnabled!: boolean;

  @Field(() => String, { nullable: true, description: 'Why somebody disabled it' })
  @Property({ type: 'text', nullable: true })
  disabledReason!: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When its service last reported; null where it never did',
  })
  @Property({ ...TIME, nullable: true })
  heartbeatAt!: Date | null;

  /** By which hosts are ordered. */
  @Derived<Host>(({ heartbeatAt }) => `coalesce(${heartbeatAt}, 'epoch'::timestamptz)`, 'Date')
  reportedAt!: Opt<Date>;

  @Field(() => String, { nullable: true, description: 'Address of its hypervisor' })
  @Property({ type: 'text', nullable: true })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of its hypervisor, such as QEMU' })
  @Property({ type: 'text', nullable: true })
  hypervisorType!: string | null;

  @Field(() => Int, { description: 'Physical CPUs, as its hypervisors count them' })
  @Property({ type: 'integer' })
  vcpus!: number;

  @Field(() => Int, { description: 'MB of memory' })
  @Property({ type: 'integer' })
  memoryMb!: number;

  @Field(() => Int, { description: 'GB of local disk' })
  @Property({ type: 'integer' })
  diskGb!: number;

  @Field(() => Int, { description: 'Used CPUs, with what it keeps for itself' })
  @Property({ type: 'integer' })
  usedVcpus!: number;

  @Field(() => Int, { description: 'Used MB of memory, with what it keeps for itself' })
  @Property({ type: 'integer' })
  usedMemoryMb!: number;

  @Field(() => Int, { description: 'Used GB of local disk, with what it keeps for itself' })
  @Property({ type: 'integer' })
  usedDiskGb!: number;

  /** Kept where the inventory changes. */
  @Field(() => Int, { description: 'Virtual machines on it' })
  @Property({ type: 'integer', default: 0 })
  virtualMachineCount!: Opt<number>;

  @OneToMany(() => AggregateHost, (link) => link.host)
  aggregateLinks = new Collection<AggregateHost>(this);
}

/** Which hosts an aggregate has. */
@Entity({ tableName: 'aggregate_hosts' })
@Index({ properties: ['host', 'aggregate'] })
export class AggregateHost {
  @ManyToOne(() => Aggregate, { primary: true, deleteRule: 'cascade' })
  aggregate!: Aggregate;

  @Property({ type: 'text', fieldName: 'aggregate_id', persist: false })
  aggregateId!: string;

  @ManyToOne(() => Host, { primary: true, deleteRule: 'cascade' })
  host!: Host;

  @Property({ type: 'text', fieldName: 'host_id', persist: false })
  hostId!: string;

  @Derived<AggregateHost>(({ aggregate }) => aggregate.name, 'string')
  aggregateName!: Opt<string>;
}
