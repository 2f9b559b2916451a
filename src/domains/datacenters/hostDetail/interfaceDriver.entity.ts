import { Field, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';
import { HostReading } from './reading.entity.js';

@ObjectType({ simpleResolvers: true, description: 'A network interface of a host that is a PCI device' })
export class InterfaceDriver {
  @Field(() => String, { description: 'Name, such as eth0' })
  name!: string;

  @Field(() => String, { description: 'MAC address; members of a bond have that of the bond' })
  mac!: string;

  @Field(() => String, { description: 'Where the device is, such as 0000:3b:00.0' })
  pciNumber!: string;

  @Field(() => String, { description: 'Class, vendor and device; empty where nobody knows it' })
  description!: string;

  @Field(() => String, { description: 'Driver' })
  driver!: string;

  @Field(() => String, { description: 'Version of the driver' })
  driverVersion!: string;

  @Field(() => String, { description: 'Version of the firmware; empty where there is none' })
  firmwareVersion!: string;

  @Field(() => BigIntScalar, { description: 'Received packets that were dropped, since the host started' })
  rxDropped!: number;

  @Field(() => BigIntScalar, { description: 'Errors of receiving' })
  rxErrors!: number;

  @Field(() => BigIntScalar, { description: 'Packets to send that were dropped' })
  txDropped!: number;

  @Field(() => BigIntScalar, { description: 'Errors of sending' })
  txErrors!: number;

  @Field(() => BigIntScalar, { description: 'Packets that were sent' })
  txPackets!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Network interfaces of a host, with their drivers and counters',
})
export class HostInterfaceDrivers extends HostReading {
  @Field(() => [InterfaceDriver], { description: 'Those that are PCI devices, by name' })
  interfaces!: readonly InterfaceDriver[];
}
