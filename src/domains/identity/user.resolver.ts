import { Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { User } from './user.entity.js';
import type { UserService } from './user.service.js';

@Resolver(() => User)
export class UserResolver {
  constructor(private readonly users: UserService) {}

  @Query(() => User, {
    nullable: true,
    description: 'The caller; null without a token, UNAUTHENTICATED with one that does not work',
  })
  async viewer(@Ctx() ctx: RequestContext): Promise<User | null> {
    return ctx.principal || ctx.tokenRejected ? this.users.viewer(ctx) : null;
  }

  @FieldResolver(() => Int, {
    description:
      '0 waits for approval, 1 approved without business, 2 general user, 3 business administrator, 4 system administrator',
  })
  role(@Root() user: User): number {
    return user.role;
  }
}
