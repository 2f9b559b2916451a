import type { Trust } from '../../kernel/trust.js';
import type { Base, Module } from '../module.js';
import { AdministratorService, type PasswordFile } from './administrator.service.js';
import { AttemptLimit } from './attemptLimit.js';
import { AuditResolver } from './audit.resolver.js';
import { AuditService } from './audit.service.js';
import { AuditEvent } from './auditEvent.entity.js';
import { AuthenticationService } from './authentication.service.js';
import { Business } from './business.entity.js';
import { BusinessResolver } from './business.resolver.js';
import { BusinessService } from './business.service.js';
import { CallerService } from './caller.service.js';
import type { HashCost } from './hashing.js';
import { businessReference, userReference } from './identity.reference.js';
import { LoginFailure } from './loginFailure.entity.js';
import { LoginNetwork } from './loginNetwork.entity.js';
import { PasswordHasher } from './passwords.js';
import { RefreshToken } from './refreshToken.entity.js';
import { RefreshTokens } from './refreshTokens.js';
import { RetentionService } from './retention.service.js';
import { Session } from './session.entity.js';
import { SessionResolver } from './session.resolver.js';
import { SessionService } from './session.service.js';
import { TokenService } from './token.service.js';
import { User } from './user.entity.js';
import { UserResolver } from './user.resolver.js';
import { UserService } from './user.service.js';

interface IdentityParts {
  trust: Trust;
  /** Keeps a made-up password of the system administrator until it is changed. */
  passwordFile: PasswordFile;
  hashCost?: HashCost | undefined;
}

export function createIdentity(
  { config, database, logger, secrets }: Base,
  { trust, passwordFile: file, hashCost }: IdentityParts,
) {
  const trail = new AuditService();
  const hasher = new PasswordHasher(hashCost);
  const tokens = new TokenService(secrets, config.ACCESS_TOKEN_LIFETIME);
  const authentication = new AuthenticationService(database, tokens);
  const limits = {
    logIns: new AttemptLimit(database, {
      window: config.LOGIN_WINDOW,
      message: 'too many failed log-ins; wait before the next try',
    }),
    signUps: new AttemptLimit(database, {
      window: config.SIGN_UP_WINDOW,
      message: 'too many registrations from this address; wait before the next, or ask an administrator',
    }),
  };
  const users = new UserService(database, trail, hasher, limits, config);
  return {
    administrators: new AdministratorService({ database, hasher, trail, file, logger, config }),
    authentication,
    businesses: new BusinessService(database, trail),
    callers: new CallerService(trust, authentication),
    retention: new RetentionService(database, logger, config),
    sessions: new SessionService(database, users, tokens, new RefreshTokens(secrets), limits.logIns, config),
    trail,
    users,
  };
}

export type Identity = ReturnType<typeof createIdentity>;

/** Users, businesses, sessions and the trail of changes. */
export const identity: Module<Identity> = {
  entities: [User, Business, AuditEvent, Session, RefreshToken, LoginNetwork, LoginFailure],
  resolvers: ({ businesses, sessions, trail, users }) => [
    new AuditResolver(trail),
    new BusinessResolver(businesses, users),
    new SessionResolver(sessions),
    new UserResolver(users, businesses),
  ],
  references: ({ businesses, users }) => ({
    Business: businessReference(businesses),
    User: userReference(users),
  }),
  background: ({ retention }) => [retention],
  figures: ({ sessions }) => [
    {
      kind: 'counter',
      name: 'isthmus_log_ins_total',
      help: 'Log-ins at every door, by the code of their failure, or OK',
      labels: ['result'],
      read: () => sessions.logIns.values(),
    },
  ],
};
