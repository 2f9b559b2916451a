import type { CloudItems } from '../../../../src/domains/datacenters/cloud.port.js';

const NOW = new Date('2026-11-29T03:00:00.000Z');

export const tenant = (id: string, given: Partial<CloudItems['tenants']> = {}): CloudItems['tenants'] => ({
  id,
  name: id,
  domainId: 'default',
  domainName: 'Default',
  description: '',
  isEnabled: true,
  ...given,
});

export const host = (id: string, given: Partial<CloudItems['hosts']> = {}): CloudItems['hosts'] => ({
  id,
  name: id,
  zone: 'nova',
  isUp: true,
  isEnabled: true,
  disabledReason: null,
  updatedAt: NOW,
  address: '10.0.0.1',
  hypervisorType: 'QEMU',
  vcpus: 8,
  memoryMb: 16_384,
  diskGb: 100,
  usedVcpus: 2,
  usedMemoryMb: 2560,
  usedDiskGb: 10,
  ...given,
});

export const aggregate = (
  id: string,
  hosts: readonly string[],
  given: Partial<CloudItems['aggregates']> = {},
): CloudItems['aggregates'] => ({ id, name: id, zone: null, metadata: {}, ...given, hosts });

export const flavor = (id: string): CloudItems['flavors'] => ({
  id,
  name: id,
  vcpus: 2,
  memoryMb: 2048,
  diskGb: 20,
  isPublic: true,
});

export const network = (id: string, given: Partial<CloudItems['networks']> = {}): CloudItems['networks'] => ({
  id,
  name: id,
  tenantId: 't1',
  status: 'ACTIVE',
  isShared: false,
  isExternal: false,
  networkType: 'vlan',
  segmentationId: 7,
  mtu: 1500,
  subnets: [{ id: `${id}-s`, name: '', cidr: '10.0.0.0/24', gateway: '10.0.0.1' }],
  ...given,
});

export const volume = (id: string, given: Partial<CloudItems['volumes']> = {}): CloudItems['volumes'] => ({
  id,
  name: id,
  tenantId: 't1',
  type: 'ssd',
  status: 'in-use',
  sizeGb: 10,
  isBootable: false,
  serverIds: [],
  createdAt: NOW,
  ...given,
});

export const volumeType = (id: string): CloudItems['volumeTypes'] => ({ id, name: id, isPublic: true });

export const image = (id: string, given: Partial<CloudItems['images']> = {}): CloudItems['images'] => ({
  id,
  name: id,
  status: 'active',
  size: 5_000_000_000,
  ...given,
});

export const stack = (id: string, given: Partial<CloudItems['stacks']> = {}): CloudItems['stacks'] => ({
  id,
  name: id,
  tenantId: 't1',
  status: 'CREATE_COMPLETE',
  ...given,
});

export const address = (
  networkId: string,
  ip: string,
  isFloating = false,
): CloudItems['servers']['addresses'][number] => ({
  networkId,
  networkName: networkId,
  portId: `port-${ip}`,
  ip,
  isFloating,
});

export const FLAVOR = { id: 'f1', name: 'f1', vcpus: 2, memoryMb: 2048, diskGb: 20 };

export const machine = (id: string, given: Partial<CloudItems['servers']> = {}): CloudItems['servers'] => ({
  id,
  name: id,
  tenantId: 't1',
  status: 'ACTIVE',
  powerState: 1,
  host: 'h1',
  zone: 'nova',
  instanceName: `instance-${id}`,
  flavor: FLAVOR,
  imageId: null,
  stackId: null,
  volumeIds: [],
  addresses: [],
  fault: null,
  createdAt: NOW,
  updatedAt: NOW,
  ...given,
});

const figure = (inUse: number, limit: number) => ({ inUse, limit });

export const quota = (id: string, given: Partial<CloudItems['quotas']> = {}): CloudItems['quotas'] => ({
  id,
  cores: figure(2, 20),
  ram: figure(2048, -1),
  instances: figure(1, 10),
  volumes: { default: figure(10, 1000) },
  ...given,
});
