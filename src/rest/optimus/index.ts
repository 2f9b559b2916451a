import type { Identity, Permission } from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { optimusDialect } from './dialect.js';
import { type SystemOptions, systemEndpoints } from './system.endpoints.js';

/** Optimus (003). */
export function optimusSystem(
  { identity }: { identity: Identity },
  authorise: Authorise<Permission>,
  options: SystemOptions,
) {
  const endpoints: Endpoint<Permission>[] = systemEndpoints(identity, options);
  return { dialect: optimusDialect(authorise), endpoints, rows: endpoints };
}
