import type { EntityClass } from '../../../../database/sourceOf.js';
import type { CloudItems, CloudKind } from '../../cloud.port.js';
import { Aggregate } from '../aggregate.entity.js';
import { Flavor, VolumeType } from '../flavor.entity.js';
import { Host } from '../host.entity.js';
import { Image, ImageStatus } from '../image.entity.js';
import { Network, NetworkStatus } from '../network.entity.js';
import { Stack, StackStatus } from '../stack.entity.js';
import { Tenant, TenantQuota } from '../tenant.entity.js';
import { wholeNumber } from './foreignValues.js';
import { VirtualMachine } from '../virtualMachine.entity.js';
import { VirtualMachineStatus, powerStateOf } from '../virtualMachine.states.js';
import { Volume, VolumeStatus } from '../volume.entity.js';

/** The key of something in the data center from what the cloud knows it by. */
export type KeyOf = (cloudId: string) => string;

/** What an item is stored as, but its keys. */
interface Kind<K extends CloudKind> {
  entity: EntityClass<object>;
  toRow: (item: CloudItems[K], keyOf: KeyOf) => object;
}

/** What intake stores of an entity. */
type Stored<T> = Omit<
  T,
  | 'id'
  | 'dataCenterId'
  | 'dataCenter'
  | 'cloudId'
  | 'digest'
  | 'virtualMachineCount'
  | 'reportedAt'
  | 'aggregateLinks'
>;

function kind<K extends CloudKind, T extends object>(
  entity: EntityClass<T>,
  toRow: (item: CloudItems[K], keyOf: KeyOf) => Stored<T>,
): Kind<K> {
  return { entity, toRow };
}

/** The enum's word for what the cloud says, whose words are ours in small letters or with other signs between them. */
function wordOf<E extends string>(words: Record<string, E>, text: string, unknown: E): E {
  return words[text.toUpperCase().replaceAll(/[- ]/g, '_')] ?? unknown;
}

const keyOrNull = (keyOf: KeyOf, cloudId: string | null) => (cloudId === null ? null : keyOf(cloudId));

/** How each kind of what is read is stored. */
export const KINDS: { readonly [K in CloudKind]: Kind<K> } = {
  tenants: kind(Tenant, ({ name, domainId, domainName, description, isEnabled }) => ({
    name,
    domainId,
    domainName,
    description,
    isEnabled,
  })),
  hosts: kind(Host, (host, keyOf) => ({
    name: host.name,
    hostKey: keyOf(host.name),
    availabilityZone: host.zone,
    isUp: host.isUp,
    isEnabled: host.isEnabled,
    disabledReason: host.disabledReason,
    heartbeatAt: host.updatedAt,
    address: host.address,
    hypervisorType: host.hypervisorType,
    vcpus: wholeNumber(host.vcpus),
    memoryMb: wholeNumber(host.memoryMb),
    diskGb: wholeNumber(host.diskGb),
    usedVcpus: wholeNumber(host.usedVcpus),
    usedMemoryMb: wholeNumber(host.usedMemoryMb),
    usedDiskGb: wholeNumber(host.usedDiskGb),
  })),
  aggregates: kind(Aggregate, ({ name, zone, metadata, hosts }) => ({
    name,
    availabilityZone: zone,
    metadata: { ...metadata },
    hostNames: [...hosts].toSorted(),
  })),
  flavors: kind(Flavor, ({ name, vcpus, memoryMb, diskGb, isPublic }) => ({
    name,
    vcpus: wholeNumber(vcpus),
    memoryMb: wholeNumber(memoryMb),
    diskGb: wholeNumber(diskGb),
    isPublic,
  })),
  networks: kind(
    Network,
    ({ id: _id, tenantId, status, subnets, segmentationId, mtu, ...network }, keyOf) => ({
      ...network,
      tenantId: keyOf(tenantId),
      status: wordOf(NetworkStatus, status, NetworkStatus.UNKNOWN),
      cloudStatus: status,
      segmentationId: segmentationId === null ? null : wholeNumber(segmentationId),
      mtu: mtu === null ? null : wholeNumber(mtu),
      subnets: subnets.map(({ id, name, cidr, gateway }) => ({ id, name, cidr, gateway })),
    }),
  ),
  volumeTypes: kind(VolumeType, ({ name, isPublic }) => ({ name, isPublic })),
  images: kind(Image, ({ name, status, size }) => ({
    name,
    status: wordOf(ImageStatus, status, ImageStatus.UNKNOWN),
    cloudStatus: status,
    size: size === null ? null : wholeNumber(size, Number.MAX_SAFE_INTEGER),
  })),
  stacks: kind(Stack, ({ name, tenantId, status }, keyOf) => ({
    name,
    tenantId: keyOrNull(keyOf, tenantId),
    // Such as CREATE_COMPLETE.
    status: wordOf(StackStatus, (status ?? '').replace(/^[^_]*_/, ''), StackStatus.UNKNOWN),
    cloudStatus: status,
  })),
  servers: kind(VirtualMachine, (server, keyOf) => ({
    name: server.name,
    tenantId: keyOf(server.tenantId),
    status: wordOf(VirtualMachineStatus, server.status, VirtualMachineStatus.UNKNOWN),
    cloudStatus: server.status,
    statusKey: server.status.toLowerCase(),
    powerState: powerStateOf(server.powerState),
    cloudPowerState: server.powerState === null ? null : wholeNumber(server.powerState),
    hostName: server.host,
    hostKey: keyOrNull(keyOf, server.host),
    availabilityZone: server.zone,
    instanceName: server.instanceName,
    flavorId: keyOrNull(keyOf, server.flavor.id),
    flavorName: server.flavor.name,
    vcpus: wholeNumber(server.flavor.vcpus),
    memoryMb: wholeNumber(server.flavor.memoryMb),
    diskGb: wholeNumber(server.flavor.diskGb),
    imageId: keyOrNull(keyOf, server.imageId),
    stackId: keyOrNull(keyOf, server.stackId),
    addresses: server.addresses.map(({ ip, isFloating, networkId, networkName, portId }) => ({
      ip,
      isFloating,
      networkId,
      networkName,
      portId,
    })),
    volumeIds: [...server.volumeIds],
    fault: server.fault,
    createdAt: server.createdAt,
    updatedAt: server.updatedAt,
  })),
  volumes: kind(Volume, ({ name, tenantId, type, status, sizeGb, isBootable, createdAt }, keyOf) => ({
    name,
    tenantId: keyOf(tenantId),
    volumeType: type,
    status: wordOf(VolumeStatus, status, VolumeStatus.UNKNOWN),
    cloudStatus: status,
    sizeGb: wholeNumber(sizeGb),
    isBootable,
    createdAt,
  })),
  quotas: kind(TenantQuota, ({ cores, ram, instances, volumes }) => ({
    cores: figureOf(cores),
    ram: figureOf(ram),
    instances: figureOf(instances),
    volumes: Object.entries(volumes).map(([name, figure]) => ({ name, ...figureOf(figure) })),
  })),
};

function figureOf({ inUse, limit }: { inUse: number; limit: number }) {
  return { inUse: wholeNumber(inUse), limit: wholeNumber(limit) };
}
