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

/** Whose something is: a business's, or its maker's alone. */
export interface Owned {
  businessId: number | null;
  /** The user who made it. */
  ownerId: number;
}

/**
 * The filter under which what is owned is the caller's to see: what its business has, or it itself where it has none;
 * system administrators see all.
 */
export function ownedBy({ role, businessId, userId }: Principal): Filter {
  if (role === 4) return {};
  return { businessId: { eq: businessId }, ...(businessId === null && { ownerId: { eq: userId } }) };
}

/** Whether the caller may see what belongs to this business, or to this user where that is null. */
export function isOwnedBy({ role, businessId, userId }: Principal, owned: Owned): boolean {
  if (role === 4) return true;
  return owned.businessId === businessId && (businessId !== null || owned.ownerId === userId);
}
