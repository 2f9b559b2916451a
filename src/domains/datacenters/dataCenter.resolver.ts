import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { definedOnly } from '../../kernel/validation.js';
import { Business, type BusinessService, type Permission } from '../identity/index.js';
import { fingerprintOf } from '../../kernel/hostKeys.js';
import type { ConnectionService } from './connection.service.js';
import { DataCenter } from './dataCenter.entity.js';
import {
  type DataCenterArgs,
  DataCenterList,
  DataCenterPayload,
  DeleteDataCenterInput,
  RegisterDataCenterInput,
  RegisterDataCenterPayload,
  TestConnectionInput,
  TestConnectionPayload,
  UpdateDataCenterInput,
} from './dataCenter.inputs.js';
import type { DataCenterService } from './dataCenter.service.js';

interface Services {
  businesses: BusinessService;
  connections: ConnectionService;
  dataCenters: DataCenterService;
}

@Resolver(() => DataCenter)
export class DataCenterResolver {
  constructor(private readonly services: Services) {}

  @Authorized<Permission>('datacenter:read')
  @Query(() => DataCenterList.Connection, {
    description:
      "The data centers of the caller's business, or its own where it has none; all for a system administrator",
  })
  async dataCenters(
    @Ctx() ctx: RequestContext,
    @Args(() => DataCenterList.Args) args: DataCenterArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<DataCenter>> {
    return this.services.dataCenters.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('datacenter:read')
  @Query(() => DataCenter, { nullable: true, description: 'The data center with this key, or null' })
  async dataCenter(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the data center' }) id: string,
  ): Promise<DataCenter | null> {
    return this.services.dataCenters.find(ctx, id);
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => RegisterDataCenterPayload, {
    description:
      'Registers a data center. One that is online is logged in to, and its cloud is read at once and then every so often, whether or not that worked. CONFLICT for a name that is taken',
  })
  async registerDataCenter(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RegisterDataCenterInput, { description: 'The data center' })
    input: RegisterDataCenterInput,
  ): Promise<RegisterDataCenterPayload> {
    return this.services.dataCenters.create(ctx, input);
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => DataCenterPayload, {
    description:
      'Changes a data center; its cloud is read anew where that is reached otherwise. BAD_USER_INPUT for another name or mode, and for another address of the LCM without the password',
  })
  async updateDataCenter(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => UpdateDataCenterInput, { description: 'The changes' })
    { id, ...changes }: UpdateDataCenterInput,
  ): Promise<DataCenterPayload> {
    return { dataCenter: await this.services.dataCenters.update(ctx, id, changes) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => DataCenterPayload, {
    description:
      'Deletes a data center with its tasks and inventory; the runs of its tasks are kept for system administrators',
  })
  async deleteDataCenter(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteDataCenterInput, { description: 'Which data center' })
    { id }: DeleteDataCenterInput,
  ): Promise<DataCenterPayload> {
    return { dataCenter: await this.services.dataCenters.remove(ctx, id) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => TestConnectionPayload, {
    description:
      'Logs in to the LCM of a data center and runs a command; of a stored one the openrc file is read too. RATE_LIMITED while many are tested',
  })
  async testConnection(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => TestConnectionInput, { description: 'Which data center, or which account' })
    { id, lcmIp = '', lcmUser = '', lcmPwd = '' }: TestConnectionInput,
  ): Promise<TestConnectionPayload> {
    const { connections, dataCenters } = this.services;
    if (id == null)
      return { connection: await connections.ofGiven(ctx, definedOnly({ lcmIp, lcmUser, lcmPwd })) };
    return { connection: await connections.ofStored(ctx, await dataCenters.get(ctx, id)) };
  }

  @FieldResolver(() => Business, {
    nullable: true,
    description:
      "The business that it belongs to; null where it is its maker's alone, and when the business is not the caller's to see",
  })
  async business(
    @Root() { businessId }: Pick<DataCenter, 'businessId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return businessId === null ? null : this.services.businesses.find(ctx, String(businessId));
  }

  @FieldResolver(() => Boolean, { description: 'Whether a password is stored, which is never shown' })
  hasLcmPwd(@Root() { lcmPwd }: Pick<DataCenter, 'lcmPwd'>): boolean {
    return lcmPwd !== null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Of the LCM's host key, as OpenSSH prints it: the first that was seen, beside which no other is accepted. Null before that",
  })
  hostKeyFingerprint(@Root() { hostKey }: Pick<DataCenter, 'hostKey'>): string | null {
    return hostKey === null ? null : fingerprintOf(hostKey);
  }
}
