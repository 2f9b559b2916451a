import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { parse } from '../../kernel/validation.js';
import type { Permission } from './permissions.js';
import {
  Credentials,
  LogInInput,
  LogInPayload,
  LogOutPayload,
  RefreshSessionInput,
} from './session.inputs.js';
import type { SessionService } from './session.service.js';

@Resolver()
export class SessionResolver {
  constructor(private readonly sessions: SessionService) {}

  @Mutation(() => LogInPayload, {
    description:
      'Opens a session. UNAUTHENTICATED, with the reason WRONG_PASSWORD, for a wrong name or password, RATE_LIMITED after too many of them',
  })
  async logIn(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => LogInInput, { description: 'Who logs in' }) input: LogInInput,
  ): Promise<LogInPayload> {
    const { user, password } = parse(Credentials, input, ['input']);
    return this.sessions.logIn(ctx, user, password);
  }

  @Mutation(() => LogInPayload, {
    description:
      'New tokens for a refresh token, which works once. UNAUTHENTICATED, with the reason DEAD_REFRESH_TOKEN, when it does not work (any more)',
  })
  async refreshSession(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RefreshSessionInput, { description: 'The session to go on with' })
    input: RefreshSessionInput,
  ): Promise<LogInPayload> {
    return this.sessions.refresh(ctx, input.refreshToken);
  }

  @Authorized<Permission>('session:own')
  @Mutation(() => LogOutPayload, {
    description: "Ends the caller's session and all its tokens, at once and everywhere",
  })
  async logOut(@Ctx() ctx: RequestContext): Promise<LogOutPayload> {
    await this.sessions.logOut(ctx);
    return { loggedOut: true };
  }
}
