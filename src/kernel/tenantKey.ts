import type { Principal } from './context.js';

/** Under which shares of bounded work are counted: the business, or the user alone that has none. */
export const tenantKeyOf = ({ businessId, userId }: Pick<Principal, 'businessId' | 'userId'>): string =>
  businessId === null ? `user ${userId}` : `business ${businessId}`;
