import { z } from 'zod';
import type { Identity, Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, Id, PAGE, directionOf, done } from './common.wire.js';
import {
  ChangePasswordBody,
  PasswordBody,
  StatusBody,
  UserBody,
  UserWire,
  statusFromWire,
  toUserWire,
} from './user.wire.js';

const UserParams = z.object({ userId: Id.meta({ description: 'User id' }) });
const UsersQuery = z.object({
  ...PAGE,
  orderBy: z
    .enum(['id', 'user_name'], 'must be id or user_name')
    .default('id')
    .meta({ description: 'id or user_name', example: 'user_name' }),
});
const tag = 'User Management';

/** ote 002, User Management 3 to 8 and 11. */
export function userEndpoints({ users }: Identity): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'createUser',
      route: 'POST /user',
      tag,
      summary: '3. Create user',
      description: 'The user waits for the approval of a system administrator.',
      access: 'public',
      body: UserBody,
      reply: Done,
      errors: ['CONFLICT', 'RATE_LIMITED'],
      handle: async ({ body }, ctx) => done(users.register(ctx, body)),
    }),
    endpoint({
      id: 'updatePassword',
      route: 'PUT /user',
      tag,
      summary: '4. Update password',
      description: 'All sessions of the user end, this one too.',
      access: 'self:write',
      body: ChangePasswordBody,
      reply: Done,
      errors: ['RATE_LIMITED'],
      handle: async ({ body }, ctx) => done(users.changePassword(ctx, body)),
    }),
    endpoint({
      id: 'deleteUser',
      route: 'DELETE /admin/user/{userId}',
      tag,
      summary: '5. Delete user',
      description: 'Its sessions end. Oneself and the last system administrator cannot be deleted.',
      access: 'user:write',
      params: UserParams,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params }, ctx) => done(users.remove(ctx, params.userId)),
    }),
    endpoint({
      id: 'resetPassword',
      route: 'PUT /admin/user/{userId}/password',
      tag,
      summary: '6. Reset password',
      description: 'All sessions of the user end.',
      access: 'user:write',
      params: UserParams,
      body: PasswordBody,
      reply: Done,
      errors: ['NOT_FOUND', 'RATE_LIMITED'],
      handle: async ({ params, body }, ctx) => done(users.resetPassword(ctx, params.userId, body.password)),
    }),
    endpoint({
      id: 'listUsers',
      route: 'GET /admin/user',
      tag,
      summary: '7. Get user list',
      description: "The users of the caller's business; all for a system administrator.",
      access: 'user:read',
      query: UsersQuery,
      reply: z.object({ data: z.array(UserWire), total: z.int(), code: Code, message: z.literal('Success') }),
      errors: [],
      handle: async ({ query: { orderBy, order, page, pageSize } }, ctx) => {
        const property = orderBy === 'id' ? 'id' : 'nameKey';
        const [data, total] = await users.listNumbered(ctx, {
          orderBy: property,
          direction: directionOf(order),
          page,
          pageSize,
        });
        return { data: data.map(toUserWire), total, message: 'Success' as const };
      },
    }),
    endpoint({
      id: 'auditUser',
      route: 'PUT /admin/user/{userId}',
      tag,
      summary: '8. Audit user',
      description: 'All sessions of the user end when its status changes.',
      access: 'user:audit',
      params: UserParams,
      body: StatusBody,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params, body }, ctx) =>
        done(users.audit(ctx, params.userId, statusFromWire(body.status))),
    }),
    endpoint({
      id: 'createSubUser',
      route: 'POST /admin/user',
      tag,
      summary: '11. Create sub-user',
      description:
        "The user belongs to the caller's business and is approved at once; one made by a system administrator has no business.",
      access: 'user:write',
      body: UserBody,
      reply: Done,
      errors: ['CONFLICT', 'RATE_LIMITED'],
      handle: async ({ body }, ctx) => done(users.create(ctx, body)),
    }),
  ];
}
