import {
  BigIntFilter,
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  IntFilter,
  StringFilter,
  enumFilter,
} from '../../../kernel/filters.js';
import { listOf } from '../../../kernel/lists.js';
import { Aggregate } from './aggregate.entity.js';
import { Flavor, VolumeType } from './flavor.entity.js';
import { Host } from './host.entity.js';
import { Image, ImageStatus } from './image.entity.js';
import { Network, NetworkStatus } from './network.entity.js';
import { Stack, StackStatus } from './stack.entity.js';
import { Tenant } from './tenant.entity.js';
import { VirtualMachine } from './virtualMachine.entity.js';
import { PowerState, VirtualMachineStatus } from './virtualMachine.states.js';
import { Volume, VolumeStatus } from './volume.entity.js';

/** Every item has these. */
const KEYS = {
  id: { by: 'the key', filter: IdFilter, order: true },
  cloudId: { by: 'what the cloud knows it by', filter: StringFilter },
  dataCenterId: { by: 'the key of the data center', filter: IdFilter },
  name: { by: 'name', filter: StringFilter, order: true },
} as const;

const TENANT = { tenantId: { by: 'the key of the tenant', filter: IdFilter } } as const;

export const HostList = listOf(Host, {
  items: 'hosts',
  fields: {
    ...KEYS,
    availabilityZone: { by: 'availability zone', filter: StringFilter, order: true },
    aggregateName: {
      by: 'the name of an aggregate that has it',
      filter: StringFilter,
      path: 'aggregateLinks.aggregate.name',
    },
    isUp: { by: 'whether its service reports', filter: BooleanFilter },
    isEnabled: { by: 'whether new virtual machines may be placed on it', filter: BooleanFilter },
    hypervisorType: { by: 'kind of its hypervisor', filter: StringFilter },
    address: { by: 'address of its hypervisor', filter: StringFilter },
    heartbeatAt: { by: 'when its service last reported', filter: DateTimeFilter },
    vcpus: { by: 'physical CPUs', filter: IntFilter, order: true },
    memoryMb: { by: 'MB of memory', filter: IntFilter, order: true },
    diskGb: { by: 'GB of local disk', filter: IntFilter, order: true },
    usedVcpus: { by: 'used CPUs', filter: IntFilter, order: true },
    usedMemoryMb: { by: 'used MB of memory', filter: IntFilter, order: true },
    usedDiskGb: { by: 'used GB of local disk', filter: IntFilter, order: true },
    virtualMachineCount: { by: 'virtual machines on it', filter: IntFilter, order: true },
  },
});

export const VirtualMachineList = listOf(VirtualMachine, {
  items: 'virtual machines',
  fields: {
    ...KEYS,
    ...TENANT,
    status: { by: 'status', filter: enumFilter(VirtualMachineStatus, 'VirtualMachineStatus') },
    cloudStatus: { by: 'status in the words of the cloud', filter: StringFilter, order: true },
    powerState: { by: 'what the hypervisor says', filter: enumFilter(PowerState, 'PowerState') },
    hostName: { by: 'the name of its host', filter: StringFilter },
    availabilityZone: { by: 'availability zone', filter: StringFilter },
    instanceName: { by: 'its name on the host', filter: StringFilter },
    flavorId: { by: 'the key of its flavor', filter: IdFilter },
    flavorName: { by: 'the name of its flavor', filter: StringFilter },
    imageId: { by: 'the key of its image', filter: IdFilter },
    stackId: { by: 'the key of its stack', filter: IdFilter },
    vcpus: { by: 'virtual CPUs', filter: IntFilter, order: true },
    memoryMb: { by: 'MB of memory', filter: IntFilter, order: true },
    diskGb: { by: 'GB of the root disk', filter: IntFilter, order: true },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter },
  },
});

export const TenantList = listOf(Tenant, {
  items: 'tenants',
  fields: {
    ...KEYS,
    domainId: { by: 'what the cloud knows its domain by', filter: StringFilter },
    domainName: { by: 'the name of its domain', filter: StringFilter },
    isEnabled: { by: 'whether its users may log in to it', filter: BooleanFilter },
  },
});

export const NetworkList = listOf(Network, {
  items: 'networks',
  fields: {
    ...KEYS,
    ...TENANT,
    status: { by: 'status', filter: enumFilter(NetworkStatus, 'NetworkStatus') },
    isShared: { by: 'whether other tenants may use it', filter: BooleanFilter },
    isExternal: { by: 'whether it leads out of the cloud', filter: BooleanFilter },
    networkType: { by: 'its kind, such as vlan', filter: StringFilter },
    segmentationId: { by: 'number of its VLAN or the like', filter: IntFilter },
  },
});

export const VolumeList = listOf(Volume, {
  items: 'volumes',
  fields: {
    ...KEYS,
    ...TENANT,
    status: { by: 'status', filter: enumFilter(VolumeStatus, 'VolumeStatus') },
    volumeType: { by: 'the name of its type', filter: StringFilter },
    sizeGb: { by: 'GB', filter: IntFilter, order: true },
    isBootable: { by: 'whether a virtual machine can start from it', filter: BooleanFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter },
  },
});

export const FlavorList = listOf(Flavor, {
  items: 'flavors',
  fields: {
    ...KEYS,
    vcpus: { by: 'virtual CPUs', filter: IntFilter, order: true },
    memoryMb: { by: 'MB of memory', filter: IntFilter, order: true },
    diskGb: { by: 'GB of the root disk', filter: IntFilter, order: true },
    isPublic: { by: 'whether every tenant may use it', filter: BooleanFilter },
  },
});

export const AggregateList = listOf(Aggregate, {
  items: 'aggregates',
  fields: {
    ...KEYS,
    availabilityZone: { by: 'the availability zone that it names', filter: StringFilter },
  },
});

export const VolumeTypeList = listOf(VolumeType, {
  items: 'types of volumes',
  fields: { ...KEYS, isPublic: { by: 'whether every tenant may use it', filter: BooleanFilter } },
});

export const ImageList = listOf(Image, {
  items: 'images',
  fields: {
    ...KEYS,
    status: { by: 'status', filter: enumFilter(ImageStatus, 'ImageStatus') },
    size: { by: 'bytes', filter: BigIntFilter },
  },
});

export const StackList = listOf(Stack, {
  items: 'stacks',
  fields: {
    ...KEYS,
    ...TENANT,
    status: { by: 'how the last action on it went', filter: enumFilter(StackStatus, 'StackStatus') },
  },
});
