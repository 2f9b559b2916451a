import type { Permission, SessionService } from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import { authorizationEndpoints } from './authorization.endpoints.js';
import { type TokenCallers, oteDialect } from './dialect.js';

/** ote-stack (001, 002). */
export function oteSystem(sessions: SessionService, callers: TokenCallers) {
  const endpoints: Endpoint<Permission>[] = authorizationEndpoints(sessions);
  return { dialect: oteDialect(callers), endpoints, rows: endpoints };
}
