import { z } from 'zod';
import {
  count,
  id,
  instant,
  listOf,
  metadata,
  name,
  optionalCount,
  optionalId,
  optionalInstant,
  optionalName,
  optionalWord,
  text,
  word,
} from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/compute/ */

const PAGE = 1000;
/** Of an aggregate. */
const MOST_HOSTS = 20_000;

export const services = resource({
  service: 'Nova',
  path: 'os-services',
  key: 'services',
  query: { binary: 'nova-compute' },
  item: z.object({
    id,
    binary: word,
    host: name,
    zone: name,
    state: word,
    status: word,
    updated_at: optionalInstant,
    disabled_reason: optionalName,
  }),
  right: 'os_compute_api:os-services:list',
});

export const hypervisors = resource({
  service: 'Nova',
  path: 'os-hypervisors/detail',
  key: 'hypervisors',
  item: z.object({
    id,
    hypervisor_hostname: name,
    hypervisor_type: optionalWord,
    host_ip: optionalWord,
    service: z.object({ host: name }),
    vcpus: optionalCount,
    memory_mb: optionalCount,
    local_gb: optionalCount,
    vcpus_used: optionalCount,
    memory_mb_used: optionalCount,
    local_gb_used: optionalCount,
  }),
  right: 'os_compute_api:os-hypervisors:list-detail',
});

export const aggregates = resource({
  service: 'Nova',
  path: 'os-aggregates',
  key: 'aggregates',
  item: z.object({ id, name, availability_zone: optionalName, hosts: listOf(name, MOST_HOSTS), metadata }),
  right: 'os_compute_api:os-aggregates:index',
});

export const flavors = resource({
  service: 'Nova',
  path: 'flavors/detail',
  key: 'flavors',
  query: { is_public: 'None' },
  limit: PAGE,
  item: z.object({
    id,
    name,
    vcpus: count,
    ram: count,
    disk: count,
    'os-flavor-access:is_public': z.boolean().catch(true),
  }),
  right: 'os_compute_api:os-flavor-access',
});

/** Its own copy since 2.47, before that the flavor's id. */
const flavorOfServer = z.object({
  id: optionalId,
  original_name: optionalName,
  vcpus: optionalCount,
  ram: optionalCount,
  disk: optionalCount,
});

/** All but `user_data`, which may hold passwords, and what else nobody reads. */
export const servers = resource({
  service: 'Nova',
  path: 'servers/detail',
  key: 'servers',
  query: { all_tenants: '1' },
  limit: PAGE,
  item: z.object({
    id,
    name,
    tenant_id: id,
    status: word,
    'OS-EXT-STS:power_state': optionalCount,
    'OS-EXT-SRV-ATTR:host': optionalName,
    'OS-EXT-SRV-ATTR:instance_name': optionalName,
    'OS-EXT-AZ:availability_zone': optionalName,
    flavor: flavorOfServer,
    // Text where it is booted from a volume.
    image: z
      .object({ id: optionalId })
      .nullish()
      .catch(null)
      .transform((image) => image?.id ?? null),
    metadata: z
      .object({ 'metering.stack': optionalName })
      .catch({ 'metering.stack': null })
      .transform((entries) => entries['metering.stack']),
    'os-extended-volumes:volumes_attached': listOf(z.object({ id })),
    fault: z
      .object({ message: text(1000) })
      .nullish()
      .catch(null)
      .transform((fault) => fault?.message || null),
    created: instant,
    updated: optionalInstant,
  }),
  right: 'os_compute_api:servers:detail:get_all_tenants',
});
export type ServerObject = z.output<typeof servers.item>;

const figure = z.object({ in_use: count, limit: count });
export const novaQuotaSchema = z.object({
  quota_set: z.object({ cores: figure, ram: figure, instances: figure }),
});
export const NOVA_QUOTA_RIGHT = 'os_compute_api:os-quota-sets:detail';

export const flavorSchema = z.object({ flavor: flavors.item });
