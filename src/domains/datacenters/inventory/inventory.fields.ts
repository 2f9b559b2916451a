import type { ClassType } from 'type-graphql';
import type { Through } from '../../../database/pagesOf.js';
import { DataCenter } from '../dataCenter.entity.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { Aggregate } from './aggregate.entity.js';
import { Flavor, VolumeType } from './flavor.entity.js';
import { AggregateHost, Host } from './host.entity.js';
import { Image } from './image.entity.js';
import {
  AggregateList,
  FlavorList,
  HostList,
  ImageList,
  NetworkList,
  StackList,
  TenantList,
  VirtualMachineList,
  VolumeList,
  VolumeTypeList,
} from './inventory.inputs.js';
import type { InventoryItem } from './item.entity.js';
import { dataCenterField, itemField, itemQueries, listField } from './item.resolver.js';
import { ItemService } from './item.service.js';
import { Network } from './network.entity.js';
import { Stack } from './stack.entity.js';
import { Tenant, TenantQuota } from './tenant.entity.js';
import { VirtualMachine, VirtualMachineNetwork, VirtualMachineVolume } from './virtualMachine.entity.js';
import { Volume } from './volume.entity.js';

const { paths } = HostList;

/** What fields that are shown follow from, where they are none of a row's keys. */
const ON_HOST = ['dataCenterId', 'name', 'address', 'hostKey'];
const NEEDS = {
  host: {
    virtualMachines: ['hostKey'],
    hostKeyFingerprint: ['hostKey'],
    cpuLayout: ON_HOST,
    interfaceDrivers: ON_HOST,
  },
  virtualMachine: {
    host: ['hostKey'],
    tenant: ['tenantId'],
    flavor: ['flavorId'],
    image: ['imageId'],
    stack: ['stackId'],
    networkPorts: ['dataCenterId', 'cloudId', 'hostKey'],
  },
  ofTenant: { tenant: ['tenantId'] },
};

/** Reads each kind of item. */
export const ITEMS = {
  aggregates: new ItemService(Aggregate),
  flavors: new ItemService(Flavor),
  hosts: new ItemService(Host, { paths, needs: NEEDS.host }),
  images: new ItemService(Image),
  networks: new ItemService(Network, { needs: NEEDS.ofTenant }),
  quotas: new ItemService(TenantQuota),
  stacks: new ItemService(Stack, { needs: NEEDS.ofTenant }),
  tenants: new ItemService(Tenant),
  virtualMachines: new ItemService(VirtualMachine, { needs: NEEDS.virtualMachine }),
  volumes: new ItemService(Volume, { needs: NEEDS.ofTenant }),
  volumeTypes: new ItemService(VolumeType),
};

/** What data centers list. */
type Listed = Exclude<keyof typeof ITEMS, 'quotas'>;

type ItemOf<K extends Listed> = (typeof ITEMS)[K] extends ItemService<infer T> ? T : never;

const KINDS: {
  [K in Listed]: {
    entity: ClassType<ItemOf<K>>;
    list: Parameters<typeof itemQueries>[1];
    one: string;
    items: string;
  };
} = {
  aggregates: { entity: Aggregate, list: AggregateList, one: 'aggregate', items: 'aggregates' },
  flavors: { entity: Flavor, list: FlavorList, one: 'flavor', items: 'flavors' },
  hosts: { entity: Host, list: HostList, one: 'host', items: 'hosts' },
  images: { entity: Image, list: ImageList, one: 'image', items: 'images' },
  networks: { entity: Network, list: NetworkList, one: 'network', items: 'networks' },
  stacks: { entity: Stack, list: StackList, one: 'stack', items: 'stacks' },
  tenants: { entity: Tenant, list: TenantList, one: 'tenant', items: 'tenants' },
  virtualMachines: {
    entity: VirtualMachine,
    list: VirtualMachineList,
    one: 'virtualMachine',
    items: 'virtual machines',
  },
  volumes: { entity: Volume, list: VolumeList, one: 'volume', items: 'volumes' },
  volumeTypes: { entity: VolumeType, list: VolumeTypeList, one: 'volumeType', items: 'types of volumes' },
};

/** Makes a resolver. */
type Made = (dataCenters: DataCenterService) => object;

function fieldsOf(kind: Listed): Made[] {
  const { entity, list, one, items } = KINDS[kind];
  const type = entity as unknown as ClassType<InventoryItem>;
  const Queries = itemQueries(type, list, { one, many: kind, items });
  const Center = dataCenterField(type);
  const List = listField<InventoryItem, DataCenter>(
    DataCenter,
    list,
    { name: kind, description: `Its ${items}` },
    { owner: 'dataCenterId' },
  );
  const service = ITEMS[kind] as unknown as ItemService<InventoryItem>;
  return [() => new Queries(service), (dataCenters) => new Center(dataCenters), () => new List(service)];
}

const MACHINE = { name: 'virtualMachines', description: 'Virtual machines' };

function machinesOf<O extends { id: string }>(
  ownerType: ClassType<O>,
  description: string,
  owner: 'hostKey' | 'tenantId' | 'stackId' | Through,
  key?: keyof O & string,
): Made {
  const Field = listField<VirtualMachine, O>(
    ownerType,
    VirtualMachineList,
    { ...MACHINE, description },
    key ? { owner, key } : { owner },
  );
  return () => new Field(ITEMS.virtualMachines);
}

const OF_TENANT = { name: 'tenant', description: 'Its tenant; null where that is gone' };

function tenantOf<O extends { tenantId: string | null }>(ownerType: ClassType<O>): Made {
  const Field = itemField<Tenant, O>(ownerType, Tenant, OF_TENANT, { by: 'tenantId' });
  return () => new Field(ITEMS.tenants);
}

const NETWORKS = { entity: VirtualMachineNetwork, owner: 'virtualMachineId', row: 'networkId', hasFew: true };
const VOLUMES = { entity: VirtualMachineVolume, owner: 'virtualMachineId', row: 'volumeId', hasFew: true };
const AGGREGATES = { entity: AggregateHost, owner: 'hostId', row: 'aggregateId', hasFew: true };

/** The same from its other end, at which there may be many. */
const reversed = ({ entity, owner, row }: Through): Through => ({ entity, owner: row, row: owner });

const HostAggregates = listField<Aggregate, Host>(
  Host,
  AggregateList,
  { name: 'aggregates', description: 'Aggregates that have it' },
  { owner: AGGREGATES },
);
const AggregateHosts = listField<Host, Aggregate>(
  Aggregate,
  HostList,
  { name: 'hosts', description: 'Its hosts' },
  { owner: reversed(AGGREGATES) },
);
const MachineNetworks = listField<Network, VirtualMachine>(
  VirtualMachine,
  NetworkList,
  { name: 'networks', description: 'Networks in which it has addresses' },
  { owner: NETWORKS },
);
const MachineVolumes = listField<Volume, VirtualMachine>(
  VirtualMachine,
  VolumeList,
  { name: 'volumes', description: 'Volumes that are attached to it' },
  { owner: VOLUMES },
);
const TenantNetworks = listField<Network, Tenant>(
  Tenant,
  NetworkList,
  { name: 'networks', description: 'Its networks' },
  { owner: 'tenantId' },
);
const TenantVolumes = listField<Volume, Tenant>(
  Tenant,
  VolumeList,
  { name: 'volumes', description: 'Its volumes' },
  { owner: 'tenantId' },
);
const MachineHost = itemField<Host, VirtualMachine>(
  VirtualMachine,
  Host,
  { name: 'host', description: 'Its host; null while it is on none, or on one that is not known' },
  { by: 'hostKey', property: 'hostKey' },
);
const MachineFlavor = itemField<Flavor, VirtualMachine>(
  VirtualMachine,
  Flavor,
  { name: 'flavor', description: 'Its flavor; null where that is gone' },
  { by: 'flavorId' },
);
const MachineImage = itemField<Image, VirtualMachine>(
  VirtualMachine,
  Image,
  { name: 'image', description: 'Its image; null where it started from a volume, or the image is gone' },
  { by: 'imageId' },
);
const MachineStack = itemField<Stack, VirtualMachine>(
  VirtualMachine,
  Stack,
  { name: 'stack', description: 'Its stack; null for none' },
  { by: 'stackId' },
);

/** Everything that leads from one item to others. */
const FIELDS: Made[] = [
  ...(Object.keys(KINDS) as Listed[]).flatMap(fieldsOf),
  machinesOf(Host, 'Virtual machines on it', 'hostKey', 'hostKey'),
  machinesOf(Tenant, 'Its virtual machines', 'tenantId'),
  machinesOf(Stack, 'Virtual machines that it made', 'stackId'),
  machinesOf(Network, 'Virtual machines that have addresses in it', reversed(NETWORKS)),
  machinesOf(Volume, 'Virtual machines that it is attached to', reversed(VOLUMES)),
  tenantOf(VirtualMachine),
  tenantOf(Network),
  tenantOf(Volume),
  tenantOf(Stack),
  () => new HostAggregates(ITEMS.aggregates),
  () => new AggregateHosts(ITEMS.hosts),
  () => new MachineNetworks(ITEMS.networks),
  () => new MachineVolumes(ITEMS.volumes),
  () => new TenantNetworks(ITEMS.networks),
  () => new TenantVolumes(ITEMS.volumes),
  () => new MachineHost(ITEMS.hosts),
  () => new MachineFlavor(ITEMS.flavors),
  () => new MachineImage(ITEMS.images),
  () => new MachineStack(ITEMS.stacks),
];

export const itemResolvers = (dataCenters: DataCenterService): object[] =>
  FIELDS.map((make) => make(dataCenters));
