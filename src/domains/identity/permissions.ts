import type { Principal, Role } from '../../kernel/context.js';
import { DomainError, unauthenticated } from '../../kernel/errors.js';

/** Which roles may do what. Everything that a door offers names one of these, or is public. */
export const PERMISSIONS = {
  // A user who waits for approval may log in, out and read its own authorization information.
  'session:own': [0, 1, 2, 3, 4],
  'self:write': [1, 2, 3, 4],
  'user:read': [3, 4],
  'user:write': [3, 4],
  'user:audit': [4],
  // A second business is a conflict, not a matter of permission.
  'business:create': [1, 3],
  'business:read': [1, 2, 3, 4],
  'business:audit': [4],
  'audit:read': [3, 4],
  // Clusters and nodes are shared by all businesses.
  'cluster:read': [2, 3, 4],
  'cluster:write': [4],
  // External repositories are the business's; in the image repository the caller's account there decides.
  'repository:read': [2, 3, 4],
  'repository:write': [2, 3, 4],
  'app:read': [2, 3, 4],
  'app:write': [2, 3, 4],
  'deployment:read': [2, 3, 4],
  'deployment:write': [2, 3, 4],
  'deployment:audit': [3, 4],
  'datacenter:read': [1, 2, 3, 4],
  'datacenter:write': [1, 2, 3, 4],
  'yaml:read': [1, 2, 3, 4],
  'yaml:write': [1, 2, 3, 4],
  'job:read': [4],
  'platform:read': [3, 4],
  'platform:write': [3, 4],
  'platform:transmit': [3, 4],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function hasPermission({ role }: Principal, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return roles.includes(role);
}

/** The caller, if it may; UNAUTHENTICATED or FORBIDDEN else. */
export function authorise(principal: Principal | null, permission: Permission): Principal {
  if (!principal) throw unauthenticated();
  if (hasPermission(principal, permission)) return principal;
  throw new DomainError(
    'FORBIDDEN',
    `your role (${principal.role}) does not have the permission ${permission}`,
  );
}
