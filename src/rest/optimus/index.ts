import type { Permission } from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { optimusDialect } from './dialect.js';
import { type SystemServices, systemEndpoints } from './system.endpoints.js';

/** Optimus (003). */
export function optimusSystem(services: SystemServices, authorise: Authorise<Permission>) {
  const endpoints: Endpoint<Permission>[] = systemEndpoints(services);
  return { dialect: optimusDialect(authorise), endpoints, rows: endpoints };
}
