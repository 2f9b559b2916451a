import { base, opt } from './options.mjs';
import { EPOCH, hash, hex, mac, micro, uuid, z } from './ids.mjs';
import {
  ADMIN,
  FLAVORS,
  S,
  STATUS,
  TYPES,
  bootable,
  count,
  hostName,
  isDisabled,
  isDown,
  portsOf,
  size,
  stackOf,
  tenantName,
  usage,
  volumeOf,
  zoneOf,
} from './world.mjs';

export const link = (service, kind, id) => [
  { rel: 'self', href: `${base()}/${service}/${kind}/${id}` },
  { rel: 'bookmark', href: `${base()}/compute/${kind}/${id}` },
];
const USER_DATA = 'Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7'.repeat(300);
export const networkOf = (i, p) => S.tenant[i] * 3 + p;
export const address = (i, p) => `10.${(networkOf(i, p) >> 4) & 255}.${(i >> 8) & 255}.${i & 255}`;
const addresses = (i) =>
  Object.fromEntries(
    [...Array(portsOf(i)).keys()].map((p) => [
      `net-${String(S.tenant[i])}-${p}`,
      [
        {
          version: 4,
          addr: address(i, p),
          'OS-EXT-IPS:type': 'fixed',
          'OS-EXT-IPS-MAC:mac_addr': mac(i * 4 + p),
        },
        ...(p || i % 10
          ? []
          : [
              {
                version: 4,
                addr: `203.0.${(i >> 8) & 255}.${i & 255}`,
                'OS-EXT-IPS:type': 'floating',
                'OS-EXT-IPS-MAC:mac_addr': mac(i * 4 + p),
              },
            ]),
      ],
    ]),
  );
export function server(i, v) {
  const f = FLAVORS[S.flavor[i]],
    [status, vm, power] = STATUS[S.status[i]],
    id = uuid('server', i),
    t = S.tenant[i],
    host = S.host[i] < 0 ? null : hostName(S.host[i]);
  const s = {
    id,
    name: i % 997 ? `${tenantName(t)}-vm-${i}` : `虚拟机 "${i}" <&>`,
    status,
    tenant_id: hex(t),
    user_id: hex(900_001),
    metadata: stackOf(i) >= 0 && i % 2 ? { 'metering.stack': uuid('stack', stackOf(i)) } : {},
    hostId: host ? hex(S.host[i]) + hex(t).slice(0, 24) : '',
    image:
      volumeOf(i) >= 0 && bootable(i)
        ? ''
        : {
            id: uuid('image', i % 40),
            links: [{ rel: 'bookmark', href: `${base()}/compute/images/${uuid('image', i % 40)}` }],
          },
    flavor:
      v >= 47
        ? {
            vcpus: f.vcpus,
            ram: f.ram,
            disk: f.disk,
            ephemeral: f.ephemeral,
            swap: f.swap,
            original_name: f.name,
            extra_specs: f.pinned ? { 'hw:cpu_policy': 'dedicated' } : {},
          }
        : { id: f.id, links: [{ rel: 'bookmark', href: `${base()}/compute/flavors/${f.id}` }] },
    created: z(EPOCH + i * 7000),
    updated: z(S.updated[i]),
    addresses: addresses(i),
    accessIPv4: '',
    accessIPv6: '',
    links: link('compute/v2.1', 'servers', id),
    'OS-DCF:diskConfig': 'MANUAL',
    progress: 0,
    'OS-EXT-AZ:availability_zone': host ? zoneOf(S.host[i]) : '',
    config_drive: '',
    key_name: null,
    'OS-SRV-USG:launched_at': host ? micro(EPOCH + i * 7000 + 60_000).replace(/\.\d+/, '.000000') : null,
    'OS-SRV-USG:terminated_at': null,
    'OS-EXT-SRV-ATTR:host': host,
    'OS-EXT-SRV-ATTR:instance_name': `instance-${(i + 1).toString(16).padStart(8, '0')}`,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': host,
    'OS-EXT-STS:task_state': status === 'BUILD' ? 'scheduling' : null,
    'OS-EXT-STS:vm_state': vm,
    'OS-EXT-STS:power_state': power,
    'os-extended-volumes:volumes_attached':
      volumeOf(i) >= 0
        ? [{ id: uuid('volume', volumeOf(i)), ...(v >= 3 ? { delete_on_termination: false } : {}) }]
        : [],
    security_groups: [{ name: 'default' }],
  };
  if (v >= 3)
    Object.assign(s, {
      'OS-EXT-SRV-ATTR:reservation_id': `r-${i.toString(36).padStart(8, '0')}`,
      'OS-EXT-SRV-ATTR:launch_index': 0,
      'OS-EXT-SRV-ATTR:hostname': `vm-${i}`,
      'OS-EXT-SRV-ATTR:kernel_id': '',
      'OS-EXT-SRV-ATTR:ramdisk_id': '',
      'OS-EXT-SRV-ATTR:root_device_name': host ? '/dev/vda' : null,
      'OS-EXT-SRV-ATTR:user_data': hash(9, i) % 100 < opt['user-data'] ? USER_DATA : null,
    });
  if (v >= 9) s.locked = false;
  if (v >= 16) s.host_status = host ? (isDown(S.host[i]) ? 'UNKNOWN' : 'UP') : '';
  if (v >= 19) s.description = null;
  if (v >= 26) s.tags = [];
  if (v >= 63) s.trusted_image_certificates = null;
  if (v >= 73) s.locked_reason = null;
  return s;
}
export const service = (h, v) => ({
  binary: 'nova-compute',
  host: hostName(h),
  id: v >= 53 ? uuid('service', h) : h + 10,
  zone: zoneOf(h),
  status: isDisabled(h) ? 'disabled' : 'enabled',
  state: isDown(h) ? 'down' : 'up',
  updated_at: micro(isDown(h) ? EPOCH : Date.now() - (h % 10) * 1000),
  disabled_reason: isDisabled(h) ? '维护' : null,
  ...(v >= 11 ? { forced_down: false } : {}),
});
export const inventory = (h) => ({
  ...(h % 3 === 0 ? { PCPU: 48, VCPU: 16 } : { VCPU: 64 }),
  MEMORY_MB: 385401,
  DISK_GB: 811,
});
const CPU_INFO = {
  arch: 'x86_64',
  model: 'Skylake-Server',
  vendor: 'Intel',
  features: ['pge', 'clflush'],
  topology: { cores: 16, threads: 2, sockets: 2 },
};
export function hypervisor(h, v) {
  const t = inventory(h),
    u = usage().host[h];
  const x = {
    id: v >= 53 ? uuid('host', h) : h + 1,
    hypervisor_hostname: hostName(h),
    state: isDown(h) ? 'down' : 'up',
    status: isDisabled(h) ? 'disabled' : 'enabled',
    hypervisor_type: 'QEMU',
    hypervisor_version: 4002000,
    host_ip: `172.16.${h >> 8}.${h & 255}`,
    service: {
      id: v >= 53 ? uuid('service', h) : h + 10,
      host: hostName(h),
      disabled_reason: isDisabled(h) ? '维护' : null,
    },
  };
  if (v >= 88)
    return {
      ...x,
      uptime: isDown(h) ? null : ' 10:05:11 up 12 days,  1:02,  0 users,  load average: 1.01, 0.99, 0.98',
    };
  const cpus = (t.PCPU ?? 0) + t.VCPU,
    ram = u.MEMORY_MB + 512;
  return {
    ...x,
    vcpus: cpus,
    memory_mb: t.MEMORY_MB,
    local_gb: t.DISK_GB,
    vcpus_used: u.VCPU + u.PCPU,
    memory_mb_used: ram,
    local_gb_used: u.DISK_GB,
    free_ram_mb: t.MEMORY_MB - ram,
    free_disk_gb: t.DISK_GB - u.DISK_GB,
    current_workload: 0,
    running_vms: u.n,
    disk_available_least: 0,
    cpu_info: v >= 28 ? CPU_INFO : JSON.stringify(CPU_INFO),
  };
}
export function volume(i, v) {
  const attached = i < count && S.alive[i] && volumeOf(i) === i,
    id = uuid('volume', i),
    t = i < count ? S.tenant[i] : ADMIN;
  return {
    id,
    status: attached ? 'in-use' : 'available',
    size: size(i),
    availability_zone: 'nova',
    created_at: micro(EPOCH + i * 7000),
    updated_at: micro(EPOCH + i * 7000 + 5000),
    name: i % 11 ? `vol-${i}` : null,
    description: null,
    volume_type: TYPES[i % 3],
    snapshot_id: null,
    source_volid: null,
    metadata: {},
    links: [
      { rel: 'self', href: `${base()}/volume/v3/${hex(ADMIN)}/volumes/${id}` },
      { rel: 'bookmark', href: `${base()}/volume/${hex(ADMIN)}/volumes/${id}` },
    ],
    user_id: hex(900_001),
    bootable: String(bootable(i)),
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: false,
    attachments: attached
      ? [
          {
            id,
            attachment_id: uuid('attach', i),
            volume_id: id,
            server_id: uuid('server', i),
            host_name: hostName(Math.max(0, S.host[i])),
            device: '/dev/vdb',
            attached_at: micro(EPOCH + i * 7000),
          },
        ]
      : [],
    migration_status: null,
    ...(v >= 13 ? { group_id: null } : {}),
    ...(v >= 21 ? { provider_id: null } : {}),
    ...(v >= 48 ? { shared_targets: false, service_uuid: uuid('service', 99_999) } : {}),
    ...(v >= 61 ? { cluster_name: null } : {}),
    ...(v >= 63 ? { volume_type_id: uuid('type', i % 3) } : {}),
    'os-vol-tenant-attr:tenant_id': hex(t),
    'os-vol-mig-status-attr:migstat': null,
    'os-vol-mig-status-attr:name_id': null,
    'os-vol-host-attr:host': 'controller@ceph#rbd',
  };
}
