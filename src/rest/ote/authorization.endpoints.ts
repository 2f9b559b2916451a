import { z } from 'zod';
import { Credentials, type Permission, type Identity } from '../../domains/identity/index.js';
import type { Images } from '../../domains/images/index.js';
import { requirePrincipal } from '../../kernel/context.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Success } from './common.wire.js';

const TokenReply = z.object({
  token: z.string().meta({ description: 'Access token' }),
  code: Code,
  message: Success,
});
const LogOutReply = z.object({ code: Code, message: z.literal('Success') });

const AuthorizationWire = z.object({
  displayName: z.string().meta({ description: 'User name' }),
  hasRepoAccount: z.boolean().meta({ description: 'Whether the user has a Harbor account' }),
  role: z.int().min(0).max(4).meta({
    description:
      '0 waits for approval, 1 approved without business namespace, 2 general user, 3 business administrator, 4 system administrator',
  }),
  privateProject: z.boolean().meta({ description: 'Whether projects are private' }),
  enableIngress: z.boolean().meta({ description: 'Whether ingress is enabled' }),
  enableAlert: z.boolean().meta({ description: 'Whether alert information is enabled' }),
  enableAdminAutoDeploy: z
    .boolean()
    .meta({ description: 'Whether deployments of administrators run without an audit' }),
});

/** What this deployment offers (ote 002, User Management 10). */
const FEATURES = {
  privateProject: true,
  enableIngress: false,
  enableAlert: false,
};

/** What its settings say of that. */
export interface Features {
  /** Whether changes of deployments by business administrators need no audit. */
  autoDeploy: boolean;
}

/** ote 002, User Management 1, 2, 9 and 10. */
export function authorizationEndpoints(
  { sessions }: Identity,
  { accounts }: Images,
  { autoDeploy }: Features,
): Endpoint<Permission>[] {
  const logOut = (id: string, route: Endpoint['route']) =>
    endpoint<Permission, typeof LogOutReply>({
      id,
      route,
      tag: 'User Management',
      summary: '9. Logout',
      description: 'Ends the session: every token of it stops working at once.',
      access: 'session:own',
      reply: LogOutReply,
      errors: [],
      handle: async (_input, ctx) => {
        await sessions.logOut(ctx);
        return { message: 'Success' as const };
      },
    });

  return [
    endpoint({
      id: 'oteLogin',
      route: 'POST /authorization',
      tag: 'User Management',
      summary: '1. Login',
      description: 'The token goes into `Authorization` of every other call, and lives for an hour.',
      access: 'public',
      body: Credentials,
      reply: TokenReply,
      errors: ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'],
      handle: async ({ body }, ctx) => ({
        token: (await sessions.logIn(ctx, body.user, body.password)).accessToken,
        message: 'success' as const,
      }),
    }),
    endpoint({
      id: 'updateToken',
      route: 'PUT /authorization',
      tag: 'User Management',
      summary: '2. Update token',
      description: 'A new token of the same session, which lives for an hour from now on.',
      access: 'session:own',
      reply: TokenReply,
      errors: [],
      handle: async (_input, ctx) => ({
        token: (await sessions.renew(ctx)).accessToken,
        message: 'success' as const,
      }),
    }),
    logOut('oteLogout', 'DELETE /authorization'),
    // The example of User Management 9 has the plural.
    logOut('logoutPlural', 'DELETE /authorizations'),
    endpoint({
      id: 'getAuthorization',
      route: 'GET /authorization',
      tag: 'User Management',
      summary: '10. Get authorization information',
      description: 'What the caller may do, and what this installation offers.',
      access: 'session:own',
      reply: z.object({ data: AuthorizationWire, code: Code, message: z.literal('Success') }),
      errors: [],
      handle: async (_input, ctx) => {
        const { userName, role } = requirePrincipal(ctx);
        const hasRepoAccount = (await accounts.find(ctx)) !== null;
        const data = {
          displayName: userName,
          hasRepoAccount,
          role,
          ...FEATURES,
          enableAdminAutoDeploy: autoDeploy,
        };
        return { data, message: 'Success' as const };
      },
    }),
  ];
}
