import type { CloudItems, CloudKind } from '../../../../src/domains/datacenters/cloud.port.js';
import * as items from '../../../datacenters/inventory/support/items.js';
import type { Items } from '../../../datacenters/inventory/support/world.js';

/** What a sample's cloud has; what is not said of an item is as in `items.ts`. */
export type SampleCloud = { [K in CloudKind]?: (Partial<CloudItems[K]> & { id: string })[] };

const TIMES = ['createdAt', 'updatedAt'];

/** JSON has no times. */
const revived = (given: object): object =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      TIMES.includes(name) && typeof value === 'string' ? new Date(value) : (value as unknown),
    ]),
  );

const DEFAULTS: { [K in CloudKind]: (id: string) => CloudItems[K] } = {
  ...{ tenants: items.tenant, hosts: items.host, flavors: items.flavor, networks: items.network },
  ...{ volumeTypes: items.volumeType, images: items.image, stacks: items.stack, servers: items.machine },
  ...{ volumes: items.volume, quotas: items.quota },
  aggregates: (id) => items.aggregate(id, []),
};

export const itemsOf = (cloud: SampleCloud): Items =>
  Object.fromEntries(
    Object.entries(cloud).map(([kind, given]) => [
      kind,
      given.map((item) => ({ ...DEFAULTS[kind as CloudKind](item.id), ...revived(item) })),
    ]),
  );
