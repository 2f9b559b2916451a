import type { DataCenters } from '../../domains/datacenters/index.js';
import type { YamlGen } from '../../domains/yamlgen/index.js';
import type { Identity, Permission } from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { dataCenterEndpoints } from './dataCenters.endpoints.js';
import { optimusDialect } from './dialect.js';
import { hostDetailEndpoints } from './hostDetail.endpoints.js';
import { inventoryEndpoints } from './inventory.endpoints.js';
import { inventoryListEndpoints } from './inventoryLists.endpoints.js';
import { recordEndpoints } from './records.endpoints.js';
import { type SystemOptions, systemEndpoints } from './system.endpoints.js';
import { taskEndpoints } from './tasks.endpoints.js';
import { yamlEndpoints } from './yaml.endpoints.js';

/** Optimus (003). */
export function optimusSystem(
  { identity, datacenters, yamlgen }: { identity: Identity; datacenters: DataCenters; yamlgen: YamlGen },
  authorise: Authorise<Permission>,
  options: SystemOptions,
) {
  const endpoints: Endpoint<Permission>[] = [
    ...systemEndpoints(identity, options),
    ...dataCenterEndpoints(datacenters),
    ...taskEndpoints(datacenters),
    ...inventoryEndpoints(datacenters),
    ...inventoryListEndpoints(datacenters),
    ...yamlEndpoints(yamlgen),
    ...hostDetailEndpoints(datacenters),
    ...recordEndpoints(datacenters),
  ];
  return { dialect: optimusDialect(authorise), endpoints, rows: endpoints };
}
