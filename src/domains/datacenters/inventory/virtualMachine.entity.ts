import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { TIME } from '../../../database/entity.js';
import { DataCenter } from '../dataCenter.entity.js';
import { InventoryItem } from './item.entity.js';
import { PowerState, VirtualMachineStatus } from './virtualMachine.states.js';

/** What the virtual machines of a data center are counted by. */
export type CountedFacet = 'all' | 'status' | 'tenant';

@ObjectType({ simpleResolvers: true, description: 'An address of a virtual machine' })
export class VirtualMachineAddress {
  @Field(() => String, { description: 'The address' })
  ip!: string;

  @Field(() => Boolean, { description: 'Whether it is one that leads to the fixed one before it' })
  isFloating!: boolean;

  @Field(() => ID, { description: 'What the cloud knows its network by' })
  networkId!: string;

  @Field(() => String, { nullable: true, description: 'Name of its network; null where that is gone' })
  networkName!: string | null;

  @Field(() => ID, { description: 'What the cloud knows its port by' })
  portId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A virtual machine of a cloud: a server of Nova' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'virtual_machines' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
@Index({ properties: ['dataCenter', 'createdAt', 'id'] })
@Index({ properties: ['dataCenter', 'memoryMb', 'id'] })
@Index({ properties: ['dataCenter', 'diskGb', 'id'] })
@Index({ properties: ['dataCenter', 'vcpus', 'id'] })
@Index({ properties: ['dataCenter', 'statusKey', 'createdAt', 'id'] })
@Index({ properties: ['dataCenter', 'statusKey', 'memoryMb', 'id'] })
@Index({ properties: ['dataCenter', 'statusKey', 'diskGb', 'id'] })
@Index({ properties: ['dataCenter', 'statusKey', 'vcpus', 'id'] })
@Index({ properties: ['tenantId', 'createdAt', 'id'] })
@Index({ properties: ['tenantId', 'memoryMb', 'id'] })
@Index({ properties: ['tenantId', 'diskGb', 'id'] })
@Index({ properties: ['tenantId', 'vcpus', 'id'] })
@Index({ properties: ['hostKey', 'createdAt', 'id'] })
@Index({ properties: ['stackId', 'createdAt', 'id'] })
export class VirtualMachine extends InventoryItem {
  @Field(() => ID, { description: 'Key of its tenant' })
  @Property({ type: 'text' })
  tenantId!: string;

  @Field(() => VirtualMachineStatus, { description: 'Where it stands' })
  @Enum({ items: () => VirtualMachineStatus, type: 'text' })
  status!: VirtualMachineStatus;

  @Field(() => String, { description: 'The same in the words of the cloud' })
  @Property({ type: 'text' })
  cloudStatus!: string;

  /** In small letters, by which it is found. */
  @Property({ type: 'text', hidden: true })
  statusKey!: string;

  @Field(() => PowerState, { description: 'What the hypervisor says of it' })
  @Enum({ items: () => PowerState, type: 'text' })
  powerState!: PowerState;

  @Field(() => Int, { nullable: true, description: "The same by Nova's number; null where it tells none" })
  @Property({ type: 'integer', nullable: true })
  cloudPowerState!: number | null;

  @Field(() => String, { nullable: true, description: 'Name of its host; null while it is on none' })
  @Property({ type: 'text', nullable: true })
  hostName!: string | null;

  /** Key of its data center, a colon, and the name of its host. */
  @Property({ type: 'text', nullable: true })
  hostKey!: string | null;

  @Field(() => String, { nullable: true, description: 'Availability zone' })
  @Property({ type: 'text', nullable: true })
  availabilityZone!: string | null;

  @Field(() => String, { nullable: true, description: 'Its name on the host, such as instance-0000000a' })
  @Property({ type: 'text', nullable: true })
  instanceName!: string | null;

  @Field(() => ID, { nullable: true, description: 'Key of its flavor, which may be deleted' })
  @Property({ type: 'text', nullable: true })
  flavorId!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of its flavor' })
  @Property({ type: 'text', nullable: true })
  flavorName!: string | null;

  @Field(() => Int, { description: 'Virtual CPUs' })
  @Property({ type: 'integer' })
  vcpus!: number;

  @Field(() => Int, { description: 'MB of memory' })
  @Property({ type: 'integer' })
  memoryMb!: number;

  @Field(() => Int, { description: 'GB of the root disk' })
  @Property({ type: 'integer' })
  diskGb!: number;

  @Field(() => ID, { nullable: true, description: 'Key of its image; null where it started from a volume' })
  @Property({ type: 'text', nullable: true })
  imageId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Key of its stack; null for none' })
  @Property({ type: 'text', nullable: true })
  stackId!: string | null;

  @Field(() => [VirtualMachineAddress], { description: 'Its addresses, floating ones after the fixed one' })
  @Property({ type: 'json' })
  addresses!: VirtualMachineAddress[];

  /** What the cloud knows attached ones by. */
  @Property({ type: 'json' })
  volumeIds!: string[];

  @Field(() => String, { nullable: true, description: 'Why it is in ERROR' })
  @Property({ type: 'text', nullable: true })
  fault!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was made' })
  @Property({ ...TIME })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last changed' })
  @Property({ ...TIME, nullable: true })
  updatedAt!: Date | null;
}

/** Which networks it has addresses in; these may not be known. */
@Entity({ tableName: 'virtual_machine_networks' })
@Index({ properties: ['networkId', 'virtualMachine'] })
export class VirtualMachineNetwork {
  @ManyToOne(() => VirtualMachine, { primary: true, deleteRule: 'cascade' })
  virtualMachine!: VirtualMachine;

  @Property({ type: 'text', fieldName: 'virtual_machine_id', persist: false })
  virtualMachineId!: string;

  @PrimaryKey({ type: 'text' })
  networkId!: string;
}

/** Which volumes are attached to it; these may not be known. */
@Entity({ tableName: 'virtual_machine_volumes' })
@Index({ properties: ['volumeId', 'virtualMachine'] })
export class VirtualMachineVolume {
  @ManyToOne(() => VirtualMachine, { primary: true, deleteRule: 'cascade' })
  virtualMachine!: VirtualMachine;

  @Property({ type: 'text', fieldName: 'virtual_machine_id', persist: false })
  virtualMachineId!: string;

  @PrimaryKey({ type: 'text' })
  volumeId!: string;
}

/** How many there are with something in common, so that a page need not count them. */
@Entity({ tableName: 'virtual_machine_counts' })
export class VirtualMachineCount {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @PrimaryKey({ type: 'text' })
  facet!: CountedFacet;

  @PrimaryKey({ type: 'text' })
  value!: string;

  @Property({ type: 'integer' })
  total!: number;
}
