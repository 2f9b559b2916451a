import { Field, ID, Int, ObjectType } from 'type-graphql';
import { HostReading } from './reading.entity.js';

@ObjectType({ simpleResolvers: true, description: 'A core of a host' })
export class HostCore {
  @Field(() => Int, { description: 'Its number in its socket' })
  core!: number;

  @Field(() => Int, { description: 'Number of its socket' })
  socket!: number;

  @Field(() => [Int], { description: 'Logical CPUs that are on it, ascending' })
  cpus!: readonly number[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'A virtual machine as its host knows it: one that runs, or is paused',
})
export class HostInstance {
  @Field(() => String, { description: 'Its name on the host, such as instance-0000000a' })
  instanceName!: string;

  @Field(() => String, {
    description:
      'Its name by the inventory, else by what Nova has left on the host; empty where neither tells',
  })
  name!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Key of the virtual machine; null where the inventory does not know it on this host',
  })
  virtualMachineId!: string | null;

  @Field(() => [Int], {
    description: 'Logical CPUs that its virtual CPUs may run on, in the order of these, each once',
  })
  cpus!: readonly number[];
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Sockets, cores and logical CPUs of a host that are online, and which virtual machines use them',
})
export class HostCpuLayout extends HostReading {
  @Field(() => [HostCore], { description: 'Its cores, by number, then by socket' })
  cores!: readonly HostCore[];

  @Field(() => [HostInstance], { description: 'Virtual machines, by their names on the host' })
  instances!: readonly HostInstance[];
}
