import type {
  BusinessService,
  Permission,
  SessionService,
  UserService,
} from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { authorizationEndpoints } from './authorization.endpoints.js';
import { businessEndpoints } from './business.endpoints.js';
import { oteDialect } from './dialect.js';
import { userEndpoints } from './user.endpoints.js';

interface OteServices {
  businesses: BusinessService;
  sessions: SessionService;
  users: UserService;
}

/** ote-stack (001, 002). */
export function oteSystem({ businesses, sessions, users }: OteServices, authorise: Authorise<Permission>) {
  const endpoints: Endpoint<Permission>[] = [
    ...authorizationEndpoints(sessions),
    ...userEndpoints(users),
    ...businessEndpoints(businesses),
  ];
  return { dialect: oteDialect(authorise), endpoints, rows: endpoints };
}
