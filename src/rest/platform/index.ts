import type { Permission } from '../../domains/identity/index.js';
import type { PlatformService } from '../../domains/platforms/index.js';
import type { Endpoint, RawOperation } from '../kit/endpoint.js';
import { type Callers, platformDialect } from './dialect.js';
import { platformEndpoints } from './platform.endpoints.js';
import { transmitOperations } from './transmit.operations.js';

export { spell as spellPlatformFailure } from './dialect.js';

/** Platform management (000): the registry, and forwarding for the document. */
export function platformSystem(platforms: PlatformService, callers: Callers) {
  const endpoints: Endpoint<Permission>[] = platformEndpoints(platforms);
  const rows: (Endpoint<Permission> | RawOperation)[] = [...endpoints, ...transmitOperations];
  return { dialect: platformDialect(callers), endpoints, rows };
}
