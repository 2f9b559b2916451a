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
  Subscription,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf, selectionOf } from '../../kernel/selection.js';
import { Business, type BusinessService, type Permission } from '../identity/index.js';
import type { KnownPlatform } from './calls/account.service.js';
import { Platform } from './platform.entity.js';
import {
  DeletePlatformInput,
  DeletePlatformPayload,
  type PlatformArgs,
  PlatformList,
  RegisterPlatformInput,
  RegisterPlatformPayload,
  UpdatePlatformInput,
  UpdatePlatformPayload,
  documentOf,
} from './platform.inputs.js';
import type { PlatformService } from './platform.service.js';
import { PLATFORM_CHANGED, PlatformEvent } from './platform.topics.js';

@Resolver(() => Platform)
export class PlatformResolver {
  constructor(
    private readonly service: PlatformService,
    private readonly businesses: BusinessService,
  ) {}

  @FieldResolver(() => Business, {
    nullable: true,
    description:
      "The business that it belongs to: the one of whoever registered it. Null when it is nobody's, and when the business is not the caller's to see",
  })
  async business(
    @Root() { businessId }: Pick<Platform, 'businessId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return businessId === null ? null : this.businesses.find(ctx, String(businessId));
  }

  @Authorized<Permission>('platform:read')
  @Query(() => PlatformList.Connection, { description: 'The registered platforms' })
  async platforms(
    @Ctx() ctx: RequestContext,
    @Args(() => PlatformList.Args) args: PlatformArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Platform>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('platform:read')
  @Query(() => Platform, { nullable: true, description: 'The platform with this key, or null' })
  async platform(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the platform' }) id: string,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Platform | KnownPlatform | null> {
    return this.service.select(ctx, id, selectionOf(info));
  }

  @Authorized<Permission>('platform:write')
  @Mutation(() => RegisterPlatformPayload, {
    description: 'Registers a platform, so that requests can be forwarded to it',
  })
  async registerPlatform(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RegisterPlatformInput, { description: 'The new platform' })
    input: RegisterPlatformInput,
  ): Promise<RegisterPlatformPayload> {
    return { platform: await this.service.create(ctx, input, documentOf(input)) };
  }

  @Authorized<Permission>('platform:write')
  @Mutation(() => UpdatePlatformPayload, {
    description:
      'Changes a platform; forwarding follows within a second on every replica. FORBIDDEN for that of another business',
  })
  async updatePlatform(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => UpdatePlatformInput, { description: 'The changes' }) input: UpdatePlatformInput,
  ): Promise<UpdatePlatformPayload> {
    return { platform: await this.service.update(ctx, input.id, input, documentOf(input)) };
  }

  @Authorized<Permission>('platform:write')
  @Mutation(() => DeletePlatformPayload, {
    description:
      'Deletes a platform; requests for it are refused from then on. FORBIDDEN for that of another business',
  })
  async deletePlatform(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeletePlatformInput, { description: 'Which platform' }) { id }: DeletePlatformInput,
  ): Promise<DeletePlatformPayload> {
    return { platform: await this.service.remove(ctx, id) };
  }

  @Authorized<Permission>('platform:read')
  @Subscription(() => PlatformEvent, {
    topics: PLATFORM_CHANGED.name,
    filter: ({ payload, args }: { payload: PlatformEvent; args: { id?: string | null } }) =>
      args.id == null || args.id.toLowerCase() === payload.id,
    description: 'Tells of every change to the registry, made through any door of any replica',
  })
  platformChanged(
    @Root() event: PlatformEvent,
    @Arg('id', () => ID, { nullable: true, description: 'Only this platform' }) _id?: string,
  ): PlatformEvent {
    return event;
  }
}

@Resolver(() => PlatformEvent)
export class PlatformEventResolver {
  constructor(private readonly service: PlatformService) {}

  @FieldResolver(() => Platform, {
    nullable: true,
    description: 'The platform as it is now; null when it is gone',
  })
  async platform(@Root() { id }: PlatformEvent, @Ctx() ctx: RequestContext): Promise<Platform | null> {
    return this.service.find(ctx, id);
  }
}
