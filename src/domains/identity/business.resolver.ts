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
import { parse } from '../../kernel/validation.js';
import { Business } from './business.entity.js';
import {
  AuditBusinessInput,
  BusinessAudit,
  type BusinessArgs,
  BusinessList,
  BusinessPayload,
  CreateBusinessInput,
  NewBusiness,
} from './business.inputs.js';
import type { BusinessService } from './business.service.js';
import type { Permission } from './permissions.js';
import type { User } from './user.entity.js';
import { type UserArgs, UserList } from './user.inputs.js';
import type { UserService } from './user.service.js';

@Resolver(() => Business)
export class BusinessResolver {
  constructor(
    private readonly service: BusinessService,
    private readonly members: UserService,
  ) {}

  @Authorized<Permission>('business:read')
  @Query(() => BusinessList.Connection, {
    description: "The caller's business; all for a system administrator",
  })
  async businesses(
    @Ctx() ctx: RequestContext,
    @Args(() => BusinessList.Args) args: BusinessArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Business>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('business:read')
  @Query(() => Business, { nullable: true, description: 'The business with this key, or null' })
  async business(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the business' }) id: string,
  ): Promise<Business | null> {
    return this.service.find(ctx, id);
  }

  @Authorized<Permission>('business:create')
  @Mutation(() => BusinessPayload, {
    description:
      'Creates a business, which waits for its audit. CONFLICT for a second one and for a name that is taken',
  })
  async createBusiness(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateBusinessInput, { description: 'The new business' }) input: CreateBusinessInput,
  ): Promise<BusinessPayload> {
    return { business: await this.service.create(ctx, parse(NewBusiness, input, ['input'])) };
  }

  @Authorized<Permission>('business:audit')
  @Mutation(() => BusinessPayload, {
    description: 'Approves a business, whose creator then administers it, or turns it down',
  })
  async auditBusiness(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => AuditBusinessInput, { description: 'The outcome' }) input: AuditBusinessInput,
  ): Promise<BusinessPayload> {
    const { status, comment } = parse(BusinessAudit, input, ['input']);
    return { business: await this.service.audit(ctx, input.id, status, comment) };
  }

  @Authorized<Permission>('user:read')
  @FieldResolver(() => UserList.Connection, { description: 'The users of the business' })
  async users(
    @Root() { id }: Pick<Business, 'id'>,
    @Ctx() ctx: RequestContext,
    @Args(() => UserList.Args) { filter, ...args }: UserArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<User>> {
    const ofBusiness = { businessId: { eq: String(id) } };
    const wanted = { ...args, filter: filter ? { and: [filter, ofBusiness] } : ofBusiness };
    return this.members.list(ctx, wanted, itemSelectionOf(info));
  }
}
