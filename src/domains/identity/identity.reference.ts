import type { RequestContext } from '../../kernel/context.js';
import type { Business } from './business.entity.js';
import type { BusinessService } from './business.service.js';
import { authorise } from './permissions.js';
import type { User } from './user.entity.js';
import type { UserService } from './user.service.js';

/** The users that other subgraphs refer to, read in one statement. A caller sees itself and whom it administers. */
export function userReference(users: UserService) {
  return async ({ id }: { id: string }, ctx: RequestContext): Promise<User | null> => {
    authorise(ctx.principal, 'session:own');
    return users.find(ctx, id);
  };
}

/** The businesses that other subgraphs refer to, read in one statement. A caller sees its own. */
export function businessReference(businesses: BusinessService) {
  return async ({ id }: { id: string }, ctx: RequestContext): Promise<Business | null> => {
    authorise(ctx.principal, 'business:read');
    return businesses.find(ctx, id);
  };
}
