import type { CloudItems, CloudKind } from '../../../domains/datacenters/cloud.port.js';
import type { z } from 'zod';
import type { Cloud } from '../cloud.js';
import { pagesOf } from '../pages.js';
import type { Resource } from '../resource.js';
import { aggregates, flavors } from '../resources/compute.js';
import { images } from '../resources/images.js';
import { volumeTypes, volumes } from '../resources/storage.js';
import type { ServiceName } from '../services.js';
import { readHosts } from './hosts.js';
import { readNetworks } from './networks.js';
import { readQuotas } from './quotas.js';
import { readServers } from './servers.js';
import { readStacks } from './stacks.js';
import { readTenants } from './tenants.js';

type Pages<T> = AsyncIterable<readonly T[]>;

interface Kind<T> {
  /** Without which there is none. */
  service: ServiceName;
  read: (cloud: Cloud) => Pages<T>;
}

/** A kind that is one list. */
function list<R extends z.ZodType<{ id: string }>, T>(
  resource: Resource<R>,
  to: (item: z.output<R>) => T,
): Kind<T> {
  return {
    service: resource.service,
    read: async function* read({ connection }) {
      for await (const page of pagesOf(connection, resource)) yield page.map(to);
    },
  };
}

/** How each kind is read. Stacks are known from servers where Heat is missing. */
export const KINDS: { [K in CloudKind]: Kind<CloudItems[K]> } = {
  tenants: { service: 'Keystone', read: readTenants },
  hosts: { service: 'Nova', read: readHosts },
  aggregates: list(aggregates, ({ id, name, availability_zone: zone, hosts, metadata }) => ({
    id,
    name,
    zone,
    hosts,
    metadata,
  })),
  flavors: list(flavors, ({ id, name, vcpus, ram, disk, ...flavor }) => ({
    id,
    name,
    vcpus,
    memoryMb: ram,
    diskGb: disk,
    isPublic: flavor['os-flavor-access:is_public'],
  })),
  networks: { service: 'Neutron', read: readNetworks },
  volumeTypes: list(volumeTypes, ({ id, name, is_public: isPublic }) => ({ id, name, isPublic })),
  images: list(images, ({ id, name, status, size }) => ({ id, name, status, size })),
  stacks: { service: 'Nova', read: readStacks },
  servers: { service: 'Nova', read: readServers },
  volumes: list(volumes, ({ id, name, status, size, bootable, ...volume }) => ({
    id,
    name,
    tenantId: volume['os-vol-tenant-attr:tenant_id'],
    type: volume.volume_type,
    status,
    sizeGb: size,
    isBootable: bootable,
    serverIds: volume.attachments.flatMap(({ server_id: server }) => server ?? []),
    createdAt: volume.created_at,
  })),
  quotas: { service: 'Nova', read: readQuotas },
};
