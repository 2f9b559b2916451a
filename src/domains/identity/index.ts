export {
  AdministratorService,
  type NewPassword,
  givenAdministrator,
  hasAdministrator,
} from './administrator.service.js';
export { AuditService } from './audit.service.js';
export type { Audited } from './auditEvent.entity.js';
export { Business, BusinessStatus } from './business.entity.js';
export { BUSINESS_COMMENT, BUSINESS_FIELDS } from './business.inputs.js';
export type { BusinessService } from './business.service.js';
export type { HashCost } from './hashing.js';
export { type Identity, createIdentity, identity } from './identity.module.js';
export { BUSINESS_APPROVED } from './identity.topics.js';
export { PasswordHasher } from './passwords.js';
export { fillNameLooks } from './nameLooks.js';
export { PERMISSIONS, type Permission, authorise, hasPermission } from './permissions.js';
export { Credentials } from './session.inputs.js';
export type { Tokens } from './session.service.js';
export { type Owned, isInTenant, isOwnedBy, mayChange, ownedBy, tenantOf } from './tenancy.js';
export { User, UserStatus } from './user.entity.js';
export { OLD_PASSWORD, PASSWORDS, USER_FIELDS } from './user.inputs.js';
