import type { Audited } from './auditEvent.entity.js';
import type { Business } from './business.entity.js';
import type { User } from './user.entity.js';

export const auditedUser = ({ id, businessId, name, realName, phone, status, isAdmin }: User): Audited => ({
  type: 'User',
  id,
  businessId,
  values: { name, realName, phone, status, isAdmin, businessId },
});

export const auditedBusiness = (business: Business): Audited => {
  const { id, name, introduce, objective, scale, comment, status, userId } = business;
  const values = { name, introduce, objective, scale, comment, status, userId };
  return { type: 'Business', id, businessId: id, values };
};
