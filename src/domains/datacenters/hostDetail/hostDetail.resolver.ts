import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../kernel/context.js';
import type { Permission } from '../../identity/index.js';
import { fingerprintOf } from '../../../kernel/hostKeys.js';
import { Host } from '../inventory/host.entity.js';
import type { ItemService } from '../inventory/item.service.js';
import { VirtualMachine } from '../inventory/virtualMachine.entity.js';
import { HostCpuLayout, HostInstance } from './cpuLayout.entity.js';
import type { HostDetailService, HostRow } from './hostDetail.service.js';
import type { HostForgetting } from './hostForgetting.service.js';
import { ForgetHostKeyInput, HostPayload } from './hostKey.inputs.js';
import type { HostKeyService } from './hostKey.service.js';
import { HostInterfaceDrivers } from './interfaceDriver.entity.js';
import { VirtualMachinePorts } from './networkPort.entity.js';
import type { MachineRow, NetworkPortService } from './networkPort.service.js';

const ON_DEMAND =
  'read on the host when it is asked for, and at most every 30 s. Null with an error where the host cannot be logged in to';

interface Services {
  details: HostDetailService;
  forgetting: HostForgetting;
  hostKeys: HostKeyService;
}

@Resolver(() => Host)
export class HostDetailResolver {
  constructor(private readonly services: Services) {}

  @FieldResolver(() => HostCpuLayout, {
    nullable: true,
    description: `Its CPUs and which virtual machines use them, ${ON_DEMAND}`,
  })
  async cpuLayout(@Root() host: HostRow, @Ctx() ctx: RequestContext): Promise<HostCpuLayout> {
    return this.services.details.cpuLayout(ctx, host);
  }

  @FieldResolver(() => HostInterfaceDrivers, {
    nullable: true,
    description: `Its network interfaces, their drivers and counters, ${ON_DEMAND}`,
  })
  async interfaceDrivers(@Root() host: HostRow, @Ctx() ctx: RequestContext): Promise<HostInterfaceDrivers> {
    return this.services.details.interfaceDrivers(ctx, host);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Of its host key, as OpenSSH prints it: the first that was seen, beside which no other is accepted. Null before that, and where the LCM alone may log in to it',
  })
  async hostKeyFingerprint(
    @Root() host: Pick<Host, 'hostKey'>,
    @Ctx() ctx: RequestContext,
  ): Promise<string | null> {
    const key = await this.services.hostKeys.of(ctx, host);
    return key === null ? null : fingerprintOf(key);
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => HostPayload, {
    description: 'Forgets the host key of a host, so that the next one that it shows is taken',
  })
  async forgetHostKey(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ForgetHostKeyInput, { description: 'Which host' }) { id }: ForgetHostKeyInput,
  ): Promise<HostPayload> {
    return { host: await this.services.forgetting.forget(ctx, id) };
  }
}

@Resolver(() => HostInstance)
export class HostInstanceResolver {
  constructor(private readonly machines: ItemService<VirtualMachine>) {}

  @FieldResolver(() => VirtualMachine, {
    nullable: true,
    description: 'The virtual machine; null where the inventory does not know it on this host',
  })
  async virtualMachine(
    @Root() { virtualMachineId }: Pick<HostInstance, 'virtualMachineId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<VirtualMachine | null> {
    return virtualMachineId === null ? null : this.machines.find(ctx, virtualMachineId);
  }
}

@Resolver(() => VirtualMachine)
export class NetworkPortResolver {
  constructor(private readonly service: NetworkPortService) {}

  @FieldResolver(() => VirtualMachinePorts, {
    nullable: true,
    description:
      'Its ports, read in the cloud when they are asked for, with counters of the virtual switch of its host. Null with an error where the cloud does not tell them',
  })
  async networkPorts(@Root() machine: MachineRow, @Ctx() ctx: RequestContext): Promise<VirtualMachinePorts> {
    return this.service.of(ctx, machine);
  }
}
