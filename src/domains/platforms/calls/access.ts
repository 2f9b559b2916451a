import type { Filter } from '../../../database/condition.js';
import type { Principal } from '../../../kernel/context.js';
import { hasPermission, isInTenant, tenantOf } from '../../identity/index.js';

/**
 * Whether the credentials of a platform may be used for the caller: those of nobody's platform for everybody who is let
 * in at all, a business's for its own members, all for system administrators.
 */
export function mayUse(principal: Principal | null, businessId: number | null): boolean {
  if (businessId === null) return true;
  return (
    principal !== null && hasPermission(principal, 'platform:transmit') && isInTenant(principal, businessId)
  );
}

/** The filter under which `mayUse` is true. */
export function usableBy(principal: Principal | null): Filter {
  const ofNobody = { businessId: { eq: null } };
  if (principal === null || !hasPermission(principal, 'platform:transmit')) return ofNobody;
  return { or: [ofNobody, tenantOf(principal)] };
}
