import type { Permission } from '../../domains/identity/index.js';
import type { Platforms } from '../../domains/platforms/index.js';
import type { Endpoint, RawOperation } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { platformDialect } from './dialect.js';
import { platformEndpoints } from './platform.endpoints.js';
import { transmitOperations } from './transmit.operations.js';

export { platformEnvelope } from './dialect.js';

/** Platform management (000): the registry, and forwarding for the document. */
export function platformSystem({ platforms }: { platforms: Platforms }, authorise: Authorise<Permission>) {
  const endpoints: Endpoint<Permission>[] = platformEndpoints(platforms);
  const rows: (Endpoint<Permission> | RawOperation)[] = [...endpoints, ...transmitOperations];
  return { dialect: platformDialect(authorise), endpoints, rows };
}
