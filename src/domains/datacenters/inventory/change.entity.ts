import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum InventoryChangeKind {
  APPEARED = 'APPEARED',
  VANISHED = 'VANISHED',
  MOVED = 'MOVED',
  RESIZED = 'RESIZED',
}

registerEnumType(InventoryChangeKind, {
  name: 'InventoryChangeKind',
  description: 'What became of a virtual machine',
  valuesConfig: {
    APPEARED: { description: 'It was not there before' },
    VANISHED: { description: 'It is gone' },
    MOVED: { description: 'It is on another host, or on none any more' },
    RESIZED: { description: 'It has another flavor, or another size' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Where a virtual machine was found, and how large' })
export class VirtualMachineState {
  @Field(() => String, { description: 'Name' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name of its host; null while it was on none' })
  hostName!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of its flavor' })
  flavorName!: string | null;

  @Field(() => Int, { description: 'Virtual CPUs' })
  vcpus!: number;

  @Field(() => Int, { description: 'MB of memory' })
  memoryMb!: number;

  @Field(() => Int, { description: 'GB of the root disk' })
  diskGb!: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'How a virtual machine differs after a run from what it was after another; one that differs in two ways is there twice',
})
export class InventoryChange {
  @Field(() => ID, { description: 'The key of the virtual machine, a colon, and the kind' })
  id!: string;

  @Field(() => InventoryChangeKind, { description: 'What became of it' })
  kind!: InventoryChangeKind;

  @Field(() => ID, { description: 'Key of the virtual machine' })
  virtualMachineId!: string;

  @Field(() => String, { description: 'Name of the virtual machine, the last one known' })
  name!: string;

  @Field(() => VirtualMachineState, {
    nullable: true,
    description: 'What it was; null for one that appeared',
  })
  before!: VirtualMachineState | null;

  @Field(() => VirtualMachineState, { nullable: true, description: 'What it is; null for one that vanished' })
  after!: VirtualMachineState | null;
}
