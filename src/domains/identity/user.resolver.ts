import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
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
import type { BusinessService } from './business.service.js';
import type { Permission } from './permissions.js';
import { RoleName, type Standing, User, roleNameOf, roleOf } from './user.entity.js';
import {
  AuditUserInput,
  ChangePasswordInput,
  CreateUserInput,
  DeleteUserInput,
  NewUser,
  PASSWORDS,
  PasswordChange,
  RegisterUserInput,
  ResetPasswordInput,
  type UserArgs,
  UserList,
  UserPayload,
} from './user.inputs.js';
import type { UserService } from './user.service.js';

@Resolver(() => User)
export class UserResolver {
  constructor(
    private readonly service: UserService,
    private readonly businesses: BusinessService,
  ) {}

  @Query(() => User, {
    nullable: true,
    description: 'The caller; null without a token, UNAUTHENTICATED with one that does not work',
  })
  async viewer(@Ctx() ctx: RequestContext): Promise<User | null> {
    return ctx.principal || ctx.tokenRejected ? this.service.viewer(ctx) : null;
  }

  @Authorized<Permission>('user:read')
  @Query(() => UserList.Connection, {
    description: "The users of the caller's business; all for a system administrator",
  })
  async users(
    @Ctx() ctx: RequestContext,
    @Args(() => UserList.Args) args: UserArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<User>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('user:read')
  @Query(() => User, { nullable: true, description: 'The user with this key, or null' })
  async user(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the user' }) id: string,
  ): Promise<User | null> {
    return this.service.find(ctx, id);
  }

  @Mutation(() => UserPayload, {
    description: 'Registers a user, who waits for approval. CONFLICT for a name that is taken',
  })
  async registerUser(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RegisterUserInput, { description: 'The new user' }) input: RegisterUserInput,
  ): Promise<UserPayload> {
    return { user: await this.service.register(ctx, parse(NewUser, input, ['input'])) };
  }

  @Authorized<Permission>('user:write')
  @Mutation(() => UserPayload, {
    description: "Makes a user of the caller's business, approved at once. CONFLICT for a name that is taken",
  })
  async createUser(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user' }) input: CreateUserInput,
  ): Promise<UserPayload> {
    return { user: await this.service.create(ctx, parse(NewUser, input, ['input'])) };
  }

  @Authorized<Permission>('user:audit')
  @Mutation(() => UserPayload, {
    description: "Sets a user's status; its sessions end. CONFLICT for the last system administrator",
  })
  async auditUser(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => AuditUserInput, { description: 'The outcome' }) { id, status }: AuditUserInput,
  ): Promise<UserPayload> {
    return { user: await this.service.audit(ctx, id, status) };
  }

  @Authorized<Permission>('user:write')
  @Mutation(() => UserPayload, { description: "Sets another user's password; its sessions end" })
  async resetPassword(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ResetPasswordInput, { description: 'The new password' }) {
      id,
      password,
    }: ResetPasswordInput,
  ): Promise<UserPayload> {
    return {
      user: await this.service.resetPassword(
        ctx,
        id,
        parse(PASSWORDS.graph, password, ['input', 'password']),
      ),
    };
  }

  @Authorized<Permission>('self:write')
  @Mutation(() => UserPayload, {
    description: "Changes the caller's password; all its sessions end, this one too",
  })
  async changePassword(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ChangePasswordInput, { description: 'The old and the new password' })
    input: ChangePasswordInput,
  ): Promise<UserPayload> {
    const change = parse(PasswordChange, input, ['input']);
    return { user: await this.service.changePassword(ctx, change, ['input']) };
  }

  @Authorized<Permission>('user:write')
  @Mutation(() => UserPayload, {
    description: 'Deletes a user and its sessions. CONFLICT for oneself and the last system administrator',
  })
  async deleteUser(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteUserInput, { description: 'Which user' }) { id }: DeleteUserInput,
  ): Promise<UserPayload> {
    return { user: await this.service.remove(ctx, id) };
  }

  @FieldResolver(() => Int, {
    description:
      '0 waits for approval, 1 approved without business, 2 general user, 3 business administrator, 4 system administrator',
  })
  role(@Root() user: Standing): number {
    return roleOf(user);
  }

  @FieldResolver(() => RoleName, { description: 'The role by its name' })
  roleName(@Root() user: Standing): RoleName {
    return roleNameOf(user);
  }

  @FieldResolver(() => Business, { nullable: true, description: 'The business that the user belongs to' })
  async business(@Root() { businessId }: Standing, @Ctx() ctx: RequestContext): Promise<Business | null> {
    return businessId === null ? null : this.businesses.find(ctx, String(businessId));
  }
}
