import { base } from './options.mjs';
import { EPOCH, hex, mac, uuid, z } from './ids.mjs';
import { ADMIN, S, hostName, tenantName, zoneOf } from './world.mjs';
import { address, link, networkOf } from './machines.mjs';

const stamp = { created_at: z(EPOCH), updated_at: z(EPOCH), revision_number: 1 };
const owner = (t) => ({ tenant_id: hex(t), project_id: hex(t) });
export const network = (n) => ({
  id: uuid('network', n),
  name: `net-${Math.floor(n / 3)}-${n % 3}`,
  admin_state_up: true,
  mtu: 2140,
  status: 'ACTIVE',
  subnets: [uuid('subnet', n)],
  shared: false,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  'router:external': false,
  description: '',
  port_security_enabled: true,
  tags: [],
  ...stamp,
  ...owner(Math.floor(n / 3)),
  'provider:network_type': 'vlan',
  'provider:physical_network': 'default',
  'provider:segmentation_id': 1000 + (n % 3000),
});
export const subnet = (n) => ({
  id: uuid('subnet', n),
  name: `subnet-${n}`,
  network_id: uuid('network', n),
  ip_version: 4,
  subnetpool_id: null,
  enable_dhcp: true,
  ipv6_ra_mode: null,
  ipv6_address_mode: null,
  gateway_ip: `10.${(n >> 4) & 255}.0.1`,
  cidr: `10.${(n >> 4) & 255}.0.0/16`,
  allocation_pools: [{ start: `10.${(n >> 4) & 255}.0.2`, end: `10.${(n >> 4) & 255}.255.254` }],
  host_routes: [],
  dns_nameservers: [],
  description: '',
  service_types: [],
  tags: [],
  ...stamp,
  ...owner(Math.floor(n / 3)),
});
export function port(k) {
  const i = k >> 2,
    p = k & 3,
    dpdk = S.host[i] >= 0 && S.host[i] % 3 === 0,
    id = uuid('port', k);
  const host = S.host[i] < 0 ? '' : hostName(S.host[i]);
  return {
    id,
    name: p ? '' : `${tenantName(S.tenant[i])}_vm-${i}_BP`,
    network_id: uuid('network', networkOf(i, p)),
    mac_address: mac(i * 4 + p),
    admin_state_up: true,
    status: host ? 'ACTIVE' : 'DOWN',
    device_id: uuid('server', i),
    device_owner: `compute:${host ? zoneOf(S.host[i]) : 'nova'}`,
    fixed_ips: [{ subnet_id: uuid('subnet', networkOf(i, p)), ip_address: address(i, p) }],
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: [hex(S.tenant[i])],
    description: '',
    'binding:vnic_type': 'normal',
    'binding:profile': {},
    'binding:host_id': host,
    'binding:vif_type': host ? (dpdk ? 'vhostuser' : 'ovs') : 'unbound',
    'binding:vif_details': !host
      ? {}
      : dpdk
        ? {
            port_filter: false,
            ovs_hybrid_plug: false,
            vhostuser_mode: 'server',
            vhostuser_ovs_plug: true,
            vhostuser_socket: `/var/run/openvswitch/vhu${id.slice(0, 11)}`,
            datapath_type: 'netdev',
            bridge_name: 'br-int',
            bound_drivers: { 0: 'openvswitch' },
          }
        : {
            connectivity: 'l2',
            port_filter: true,
            ovs_hybrid_plug: false,
            datapath_type: 'system',
            bridge_name: 'br-int',
            bound_drivers: { 0: 'openvswitch' },
          },
    port_security_enabled: true,
    tags: [],
    ...stamp,
    ...owner(S.tenant[i]),
  };
}
export function floatingIp(i) {
  // one server in ten has one
  const p = port(i << 2),
    { name, network_id, mac_address, admin_state_up, status, device_id, device_owner } = p;
  return {
    id: uuid('fip', i),
    floating_ip_address: `203.0.${(i >> 8) & 255}.${i & 255}`,
    floating_network_id: uuid('network', 0),
    router_id: hex(730_000),
    port_id: p.id,
    fixed_ip_address: p.fixed_ips[0].ip_address,
    status: 'ACTIVE',
    description: '',
    port_details: { name, network_id, mac_address, admin_state_up, status, device_id, device_owner },
    tags: [],
    ...stamp,
    ...owner(S.tenant[i]),
  };
}
const stackTenant = (s) => S.tenant[s] ?? ADMIN;
const stackLink = (s) =>
  `${base()}/orchestration/v1/${hex(stackTenant(s))}/stacks/stack-${s}/${uuid('stack', s)}`;
export const stack = (s) => ({
  id: uuid('stack', s),
  links: [{ href: stackLink(s), rel: 'self' }],
  project: hex(stackTenant(s)),
  stack_name: `stack-${s}`,
  description: '',
  stack_status: s % 50 ? 'CREATE_COMPLETE' : 'UPDATE_FAILED',
  stack_status_reason: 'Stack CREATE completed successfully',
  creation_time: z(EPOCH + s),
  updated_time: null,
  deletion_time: null,
  stack_owner: 'admin',
  parent: null,
  stack_user_project_id: hex(800_000 + s),
  tags: null,
});
export const resource = (s, i) => ({
  updated_time: z(EPOCH),
  creation_time: z(EPOCH),
  logical_resource_id: `vm_${i}`,
  resource_name: `vm_${i}`,
  physical_resource_id: uuid('server', i),
  resource_status: 'CREATE_COMPLETE',
  resource_status_reason: 'state changed',
  resource_type: 'OS::Nova::Server',
  links: [
    { href: `${stackLink(s)}/resources/vm_${i}`, rel: 'self' },
    { href: stackLink(s), rel: 'stack' },
  ],
  required_by: i % 2 ? ['attached'] : [],
  ...(i % 3 ? {} : { parent_resource: 'group' }),
});
export const project = (t) => ({
  id: hex(t),
  name: tenantName(t),
  domain_id: 'default',
  description: '',
  enabled: t % 50 !== 49,
  parent_id: 'default',
  is_domain: false,
  tags: [],
  options: {},
  links: { self: `${base()}/identity/v3/projects/${hex(t)}` },
});
export const image = (i) => ({
  name: `image-${i}`,
  disk_format: 'qcow2',
  container_format: 'bare',
  visibility: 'public',
  size: 1 << 20,
  virtual_size: null,
  status: 'active',
  checksum: hex(i),
  protected: false,
  min_ram: 64,
  min_disk: 1,
  owner: hex(ADMIN),
  os_hidden: false,
  os_hash_algo: 'sha512',
  os_hash_value: hex(i).repeat(4),
  id: uuid('image', i),
  created_at: z(EPOCH),
  updated_at: z(EPOCH),
  tags: [],
  self: `/v2/images/${uuid('image', i)}`,
  file: `/v2/images/${uuid('image', i)}/file`,
  schema: '/v2/schemas/image',
});
export const flavor = (f, v) => ({
  id: f.id,
  name: f.name,
  ram: f.ram,
  disk: f.disk,
  swap: v >= 75 ? f.swap : f.swap || '',
  'OS-FLV-EXT-DATA:ephemeral': f.ephemeral,
  'OS-FLV-DISABLED:disabled': false,
  vcpus: f.vcpus,
  'os-flavor-access:is_public': true,
  rxtx_factor: 1,
  links: link('compute/v2.1', 'flavors', f.id),
  ...(v >= 55 ? { description: null } : {}),
  ...(v >= 61 ? { extra_specs: f.pinned ? { 'hw:cpu_policy': 'dedicated' } : {} } : {}),
});
export const quota = (limit, in_use) => ({ limit, in_use, reserved: 0 });
