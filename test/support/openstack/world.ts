import { randomUUID } from 'node:crypto';

/** An object as OpenStack's APIs write it. */
export type Raw = Record<string, unknown>;

const CREATED = '2026-03-01T10:00:00Z';
const MICRO = '2026-03-01T10:00:05.123456';

/** What a stand-in for OpenStack has; tests change it as they like. */
export interface World {
  projects: Raw[];
  domains: Raw[];
  services: Raw[];
  hypervisors: Raw[];
  /** Figures of Placement, by the name of a host. */
  providers: Record<string, { inventories: Raw; usages: Raw }>;
  aggregates: Raw[];
  flavors: Raw[];
  servers: Raw[];
  volumes: Raw[];
  types: Raw[];
  networks: Raw[];
  subnets: Raw[];
  ports: Raw[];
  floatingips: Raw[];
  images: Raw[];
  stacks: Raw[];
  /** Of a stack and of those in it, by the id of the root. */
  resources: Record<string, Raw[]>;
  /** By the id of a project; what is not there has the defaults. */
  novaQuotas: Record<string, Raw>;
  cinderQuotas: Record<string, Raw>;
}

export const project = (name: string, more: Raw = {}): Raw => ({
  id: `project-${name}`,
  name,
  domain_id: 'default',
  description: `of ${name}`,
  enabled: true,
  parent_id: 'default',
  is_domain: false,
  tags: [],
  options: {},
  ...more,
});

export const service = (host: string, more: Raw = {}): Raw => ({
  binary: 'nova-compute',
  host,
  id: `service-${host}`,
  zone: 'az1',
  status: 'enabled',
  state: 'up',
  updated_at: MICRO,
  disabled_reason: null,
  forced_down: false,
  ...more,
});

export const hypervisor = (host: string, more: Raw = {}): Raw => ({
  id: `hypervisor-${host}`,
  hypervisor_hostname: host,
  state: 'up',
  status: 'enabled',
  hypervisor_type: 'QEMU',
  hypervisor_version: 4002000,
  host_ip: '192.0.2.11',
  service: { id: `service-${host}`, host, disabled_reason: null },
  vcpus: 64,
  memory_mb: 385401,
  local_gb: 811,
  vcpus_used: 8,
  memory_mb_used: 45568,
  local_gb_used: 80,
  cpu_info: {},
  ...more,
});

export const server = (name: string, more: Raw = {}): Raw => ({
  id: `server-${name}`,
  name,
  status: 'ACTIVE',
  tenant_id: 'project-vepc',
  user_id: 'user-admin',
  metadata: {},
  hostId: 'x',
  image: { id: 'image-1', links: [] },
  flavor: { vcpus: 4, ram: 8192, disk: 40, ephemeral: 0, swap: 0, original_name: 'nfv.4', extra_specs: {} },
  created: CREATED,
  updated: '2026-03-02T10:00:00Z',
  addresses: {},
  'OS-EXT-AZ:availability_zone': 'az1',
  'OS-EXT-SRV-ATTR:host': 'compute-1',
  'OS-EXT-SRV-ATTR:instance_name': `instance-${name}`,
  'OS-EXT-SRV-ATTR:user_data': 'cGFzc3dvcmQ6IGdlaGVpbQ==',
  'OS-EXT-STS:task_state': null,
  'OS-EXT-STS:vm_state': 'active',
  'OS-EXT-STS:power_state': 1,
  'os-extended-volumes:volumes_attached': [],
  ...more,
});

export const volume = (name: string | null, more: Raw = {}): Raw => ({
  id: `volume-${name ?? randomUUID()}`,
  status: 'available',
  size: 10,
  availability_zone: 'nova',
  created_at: MICRO,
  name,
  volume_type: 'ssd',
  bootable: 'false',
  attachments: [],
  'os-vol-tenant-attr:tenant_id': 'project-vepc',
  ...more,
});

export const network = (name: string, more: Raw = {}): Raw => ({
  id: `network-${name}`,
  name,
  project_id: 'project-vepc',
  tenant_id: 'project-vepc',
  status: 'ACTIVE',
  shared: false,
  'router:external': false,
  'provider:network_type': 'vlan',
  'provider:physical_network': 'default',
  'provider:segmentation_id': 1001,
  mtu: 2140,
  subnets: [],
  ...more,
});

export const port = (of: string, ips: readonly string[], more: Raw = {}): Raw => ({
  id: `port-${of}-${ips.join('-')}`,
  name: '',
  device_id: `server-${of}`,
  device_owner: 'compute:az1',
  network_id: 'network-oam',
  fixed_ips: ips.map((ip) => ({ subnet_id: 'subnet-oam', ip_address: ip })),
  'binding:host_id': 'compute-1',
  ...more,
});

export const stack = (name: string, more: Raw = {}): Raw => ({
  id: `stack-${name}`,
  stack_name: name,
  stack_status: 'CREATE_COMPLETE',
  project: 'project-vepc',
  parent: null,
  stack_user_project_id: `project-users-of-${name}`,
  links: [{ rel: 'self', href: `http://elsewhere.invalid/v1/project-vepc/stacks/${name}/stack-${name}` }],
  ...more,
});

export const flavor = (name: string, more: Raw = {}): Raw => ({
  id: `flavor-${name}`,
  name,
  vcpus: 4,
  ram: 8192,
  disk: 40,
  swap: '',
  'os-flavor-access:is_public': true,
  ...more,
});

export const quota = (limit: number, inUse: number): Raw => ({ limit, in_use: inUse, reserved: 0 });

/** Two hosts, a tenant with two servers, and one of each of the rest. */
export function smallWorld(): World {
  return {
    domains: [{ id: 'default', name: 'Default' }],
    projects: [project('admin'), project('vepc'), project('users-of-lab')],
    services: [
      service('compute-1'),
      service('compute-2', { state: 'down', status: 'disabled', disabled_reason: '维护' }),
      service('controller', { binary: 'nova-conductor', zone: 'internal' }),
    ],
    hypervisors: [hypervisor('compute-1'), hypervisor('compute-2', { host_ip: '192.0.2.12' })],
    providers: {},
    aggregates: [
      {
        id: 1,
        uuid: randomUUID(),
        name: 'agg-1',
        hosts: ['compute-1'],
        metadata: { availability_zone: 'az1' },
        availability_zone: 'az1',
      },
    ],
    flavors: [flavor('nfv.4')],
    servers: [
      server('a', { 'os-extended-volumes:volumes_attached': [{ id: 'volume-disk' }] }),
      server('b', { status: 'ERROR', 'OS-EXT-SRV-ATTR:host': null, 'OS-EXT-STS:power_state': 0 }),
    ],
    volumes: [
      volume('disk', { status: 'in-use', attachments: [{ id: 'volume-disk', server_id: 'server-a' }] }),
    ],
    types: [{ id: 'type-ssd', name: 'ssd', is_public: true }],
    networks: [network('oam')],
    subnets: [
      {
        id: 'subnet-oam',
        name: 'v4',
        network_id: 'network-oam',
        cidr: '10.0.0.0/24',
        gateway_ip: '10.0.0.1',
      },
    ],
    ports: [port('a', ['10.0.0.5'])],
    floatingips: [],
    images: [{ id: 'image-1', name: 'cirros', status: 'active', size: 1_048_576 }],
    stacks: [stack('lab')],
    resources: { 'stack-lab': [{ resource_type: 'OS::Nova::Server', physical_resource_id: 'server-a' }] },
    novaQuotas: {},
    cinderQuotas: {},
  };
}
