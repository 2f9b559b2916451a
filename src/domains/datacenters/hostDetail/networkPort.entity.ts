import { Field, ID, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';
import type { PortCounters } from './hostDetail.port.js';
import { HostReading } from './reading.entity.js';

const COUNTED = 'null where the switch does not count them, or does not answer';

@ObjectType({
  simpleResolvers: true,
  description:
    "A port of a virtual machine; what it received and sent is told from the virtual switch's side",
})
export class NetworkPort implements PortCounters {
  @Field(() => ID, { description: 'What the cloud knows it by' })
  id!: string;

  @Field(() => String, { description: 'Name, empty for none' })
  name!: string;

  @Field(() => String, { description: 'MAC address' })
  mac!: string;

  @Field(() => [String], { description: 'Its fixed addresses' })
  ips!: readonly string[];

  @Field(() => String, {
    description: 'How it is bound to its host, in the words of the cloud, such as vhostuser or ovs',
  })
  vifType!: string;

  @Field(() => String, {
    description: 'Its interface on the host, such as vhu767b85ad-b6; empty while it is on none',
  })
  interfaceName!: string;

  @Field(() => BigIntScalar, { nullable: true, description: `Packets that were received; ${COUNTED}` })
  rxPackets!: string | null;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: `Received packets that were dropped; ${COUNTED}`,
  })
  rxDropped!: string | null;

  @Field(() => BigIntScalar, { nullable: true, description: `Errors of receiving; ${COUNTED}` })
  rxErrors!: string | null;

  @Field(() => BigIntScalar, { nullable: true, description: `Packets that were sent; ${COUNTED}` })
  txPackets!: string | null;

  @Field(() => BigIntScalar, { nullable: true, description: `Packets to send that were dropped; ${COUNTED}` })
  txDropped!: string | null;

  @Field(() => BigIntScalar, { nullable: true, description: `Errors of sending; ${COUNTED}` })
  txErrors!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The ports of a virtual machine, with counters of the virtual switch of its host',
})
export class VirtualMachinePorts extends HostReading {
  @Field(() => [NetworkPort], { description: 'Its ports, by name, then by id' })
  ports!: readonly NetworkPort[];
}
