import type { Filter } from '../../database/condition.js';
import type { Principal, RequestContext } from '../../kernel/context.js';

/** A business id that no business has. */
export const NO_BUSINESS = -1;

/** The filter under which rows with a `businessId` are the caller's to see: system administrators see all. */
export function tenantOf({ role, businessId }: Principal): Filter {
  return role === 4 ? {} : { businessId: { eq: businessId ?? NO_BUSINESS } };
}

/** Whether the caller may see what belongs to the business. */
export function isInTenant(principal: Principal, businessId: number | null): boolean {
  return principal.role === 4 || (businessId !== null && principal.businessId === businessId);
}

/**
 * Whether the caller may change what all may see and a business, or nobody, owns: a caller whom its network makes
 * trusted and a system administrator may everywhere.
 */
export function mayChange(
  { principal, isTrusted }: Pick<RequestContext, 'principal' | 'isTrusted'>,
  ownerId: number | null,
): boolean {
  return isTrusted || (principal !== null && (ownerId === null || isInTenant(principal, ownerId)));
}
