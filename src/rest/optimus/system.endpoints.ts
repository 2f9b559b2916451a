import { z } from 'zod';
import {
  Credentials,
  type Identity,
  PASSWORDS,
  type Permission,
  USER_FIELDS,
} from '../../domains/identity/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Created, Status, Success } from './common.wire.js';

const tag = 'System';

const Tokens = z.object({
  access_token: z.string(),
  expires_in: z.int().meta({ description: 'Seconds of life left of the access token' }),
  refresh_token: z.string(),
  time: z.int().meta({ description: 'Seconds of life left of the refresh token' }),
});
const AccessToken = Tokens.pick({ access_token: true, expires_in: true });
const RefreshToken = storableText()
  .min(1)
  .max(256)
  .meta({ description: 'Refresh token', example: 'pk0Dq2Zx3RmWn1bVt7yUe5cLf9sGh4jKa8oQi6' });
const { user: name } = USER_FIELDS;

export interface SystemOptions {
  /** SIGN_AUTO_APPROVE. */
  approveAtOnce: boolean;
}

/** 003, chapter 1. */
export function systemEndpoints(
  { sessions, users }: Identity,
  { approveAtOnce }: SystemOptions,
): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'optimusLogin',
      route: 'POST /login',
      tag,
      summary: 'API login',
      description:
        'The access token goes into `Authorization` of every other call; the refresh token gets new ones.',
      access: 'public',
      body: z.object({ name: Credentials.shape.user, password: Credentials.shape.password }),
      reply: z.object({ status: Status, data: Tokens, code: Success }),
      errors: ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'],
      handle: async ({ body }, ctx) => {
        const { accessToken, expiresIn, refreshToken, refreshExpiresIn } = await sessions.logIn(
          ctx,
          body.name,
          body.password,
        );
        return {
          data: {
            access_token: accessToken,
            expires_in: expiresIn,
            refresh_token: refreshToken,
            time: refreshExpiresIn,
          },
        };
      },
    }),
    endpoint({
      id: 'refresh',
      route: 'POST /refresh',
      tag,
      summary: 'API refresh',
      description: 'The refresh token goes on working.',
      access: 'public',
      body: z.object({ refresh_token: RefreshToken }),
      reply: z.object({ status: Status, data: AccessToken, code: Success }),
      errors: ['UNAUTHENTICATED'],
      handle: async ({ body }, ctx) => {
        const { accessToken, expiresIn } = await sessions.renewByRefreshToken(ctx, body.refresh_token);
        return { data: { access_token: accessToken, expires_in: expiresIn } };
      },
    }),
    endpoint({
      id: 'sign',
      route: 'POST /sign',
      tag,
      summary: 'API sign',
      description:
        'Registers a user, who waits for approval unless SIGN_AUTO_APPROVE is set. Names are compared without case.',
      access: 'public',
      status: 201,
      body: z.object({ name, password: PASSWORDS.optimus }),
      reply: z.object({ status: Status, data: z.array(z.never()), code: Created }),
      errors: ['CONFLICT', 'RATE_LIMITED'],
      handle: async ({ body }, ctx) => {
        await users.register(ctx, { user: body.name, password: body.password }, approveAtOnce);
        return { data: [], code: 201 as const };
      },
    }),
    endpoint({
      id: 'optimusLogout',
      route: 'POST /logout',
      tag,
      summary: 'API logout',
      description:
        'Takes the access token in `Authorization`, the refresh token in the body, or both, and ends their sessions.',
      access: 'public',
      takesToken: true,
      body: z.object({ refresh_token: RefreshToken.optional() }),
      reply: z.object({ status: Status, code: Success }),
      errors: ['UNAUTHENTICATED'],
      handle: async ({ body }, ctx) => {
        await sessions.logOutBy(ctx, body.refresh_token);
        return {};
      },
    }),
  ];
}
