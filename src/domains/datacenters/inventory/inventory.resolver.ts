import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../kernel/context.js';
import type { Page } from '../../../kernel/pages.js';
import type { Permission } from '../../identity/index.js';
import { DataCenter } from '../dataCenter.entity.js';
import { InventoryChange } from './change.entity.js';
import { type InventoryChangeArgs, InventoryChangeList } from './change.inputs.js';
import type { ChangeService } from './change.service.js';
import { Host } from './host.entity.js';
import type { HostService } from './host.service.js';
import { Infrastructure, TenantCapacity } from './infrastructure.entity.js';
import type { InfrastructureService } from './infrastructure.service.js';
import type { ItemService } from './item.service.js';
import { Tenant, TenantQuota } from './tenant.entity.js';
import { VirtualMachine } from './virtualMachine.entity.js';

@Resolver(() => DataCenter)
export class InventoryResolver {
  constructor(
    private readonly services: { changes: ChangeService; infrastructures: InfrastructureService },
  ) {}

  @Authorized<Permission>('datacenter:read')
  @Query(() => InventoryChangeList.Connection, {
    description:
      'What became of virtual machines from one run of a data center to a later one: those that are there and were not, that are gone, on another host, of another size. NOT_FOUND for a run of which nothing was taken in, because it failed, or which is more than 90 days old',
  })
  async inventoryChanges(
    @Ctx() ctx: RequestContext,
    @Arg('from', () => ID, { description: 'Key of the run before which nothing counts' }) from: string,
    @Arg('to', () => ID, { description: 'Key of the last run that counts' }) to: string,
    @Args(() => InventoryChangeList.Args) args: InventoryChangeArgs,
  ): Promise<Page<InventoryChange>> {
    return this.services.changes.between(ctx, { from, to }, args);
  }

  @FieldResolver(() => Infrastructure, { description: 'What it has and uses, in all and in each zone' })
  async infrastructure(
    @Root() { id }: Pick<DataCenter, 'id'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Infrastructure> {
    return this.services.infrastructures.of(ctx, id);
  }
}

@Resolver(() => Infrastructure)
export class InfrastructureResolver {
  constructor(private readonly service: InfrastructureService) {}

  @FieldResolver(() => [TenantCapacity], { description: 'What each tenant uses, and may; by name' })
  async tenants(
    @Root() { dataCenterId }: Pick<Infrastructure, 'dataCenterId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<TenantCapacity[]> {
    return this.service.tenantsOf(ctx.reader, dataCenterId);
  }
}

@Resolver(() => InventoryChange)
export class InventoryChangeResolver {
  constructor(private readonly service: ItemService<VirtualMachine>) {}

  @FieldResolver(() => VirtualMachine, {
    nullable: true,
    description: 'The virtual machine as it was read last; null where it is gone',
  })
  async virtualMachine(
    @Root() { virtualMachineId }: Pick<InventoryChange, 'virtualMachineId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<VirtualMachine | null> {
    return this.service.find(ctx, virtualMachineId);
  }
}

@Resolver(() => Tenant)
export class TenantResolver {
  constructor(private readonly service: ItemService<TenantQuota>) {}

  @FieldResolver(() => TenantQuota, {
    nullable: true,
    description: 'What it uses, and may; null until that has been read',
  })
  async quota(@Root() { id }: Pick<Tenant, 'id'>, @Ctx() ctx: RequestContext): Promise<TenantQuota | null> {
    return this.service.find(ctx, id);
  }
}

@Resolver(() => Host)
export class HostResolver {
  constructor(private readonly service: HostService) {}

  @FieldResolver(() => [String], { description: 'Names of the aggregates that have it' })
  async aggregateNames(@Root() { id }: Pick<Host, 'id'>, @Ctx() ctx: RequestContext): Promise<string[]> {
    return this.service.aggregateNamesOf(ctx, id);
  }
}
