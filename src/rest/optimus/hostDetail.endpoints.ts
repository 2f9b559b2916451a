import { z } from 'zod';
import type {
  DataCenters,
  HostCpuLayout,
  InterfaceDriver,
  NetworkPort,
} from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import type { ErrorCode } from '../../kernel/errors.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Status, Success } from './common.wire.js';
import { Cid, ItemId } from './inventory.wire.js';

const tag = 'Inventory';

const Message = z.string().optional().meta({
  description: 'Why something is missing, such as a program that the host does not have; else absent',
});

const Hid = ItemId('The nova-compute service of the host');

const SocketInfo = z
  .record(z.string(), z.record(z.string(), z.array(z.int())))
  .meta({ description: 'The logical CPUs that are online, by `core <n>`, then by `socket <n>`' });

const Instance = z.object({
  vcpu: z.array(z.int()).meta({
    description: 'Logical CPUs that its virtual CPUs may run on, in the order of these, each once',
  }),
  vm: z.string().meta({ description: 'Name of the virtual machine; empty where nobody knows it' }),
  instance: z.string().meta({ description: 'Its name on the host' }),
});

const Firmware = z.object({
  desc: z.string(),
  driver: z.string(),
  driver_info: z.string().meta({ description: 'Version of the driver' }),
  firmware_version: z.string(),
  interface: z.string(),
  mac: z.string(),
  pci_number: z.string(),
});

const Counters = z.object({
  interface: z.string(),
  mac: z.string(),
  pci_number: z.string(),
  rx_dropped: z.int(),
  rx_errors: z.int(),
  tx_dropped: z.int(),
  tx_errors: z.int(),
  tx_packets: z.int(),
});

const Counter = z.string().meta({
  pattern: String.raw`^(\d+|\?)$`,
  description: '`?` where the switch does not count it, or does not answer',
});

const Port = z.object({
  id: z.string(),
  ip_address: z.string().meta({ description: 'Fixed addresses, with commas between' }),
  mac: z.string(),
  name: z.string(),
  rx_dropped: Counter,
  rx_errors: Counter,
  rx_packets: Counter,
  tx_dropped: Counter,
  tx_errors: Counter,
  tx_packets: Counter,
  vhostuser: z.string().meta({ description: 'Its interface on the host; empty while it is on none' }),
  vif_type: z.string(),
});

/** Of the way to a host. */
const ERRORS: readonly ErrorCode[] = [
  'NOT_FOUND',
  'RATE_LIMITED',
  'ADDRESS_DENIED',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_CERTIFICATE',
  'UPSTREAM_PROTOCOL',
  'UPSTREAM_ERROR',
];

function socketInfo(cores: HostCpuLayout['cores']): z.input<typeof SocketInfo> {
  const byCore = Map.groupBy(cores, ({ core }) => core);
  return Object.fromEntries(
    [...byCore].map(([core, sockets]) => [
      `core ${core}`,
      Object.fromEntries(sockets.map(({ socket, cpus }) => [`socket ${socket}`, [...cpus]])),
    ]),
  );
}

const firmwareOf = (each: InterfaceDriver): z.input<typeof Firmware> => ({
  desc: each.description,
  driver: each.driver,
  driver_info: each.driverVersion,
  firmware_version: each.firmwareVersion,
  interface: each.name,
  mac: each.mac,
  pci_number: each.pciNumber,
});

const countersOf = (each: InterfaceDriver): z.input<typeof Counters> => ({
  interface: each.name,
  mac: each.mac,
  pci_number: each.pciNumber,
  rx_dropped: each.rxDropped,
  rx_errors: each.rxErrors,
  tx_dropped: each.txDropped,
  tx_errors: each.txErrors,
  tx_packets: each.txPackets,
});

const byInterface = <T>(interfaces: readonly InterfaceDriver[], to: (each: InterfaceDriver) => T) =>
  Object.fromEntries(interfaces.map((each) => [each.name, to(each)]));

const UNKNOWN = '?';

const portToWire = (port: NetworkPort): z.input<typeof Port> => ({
  id: port.id,
  ip_address: port.ips.join(','),
  mac: port.mac,
  name: port.name,
  rx_dropped: port.rxDropped ?? UNKNOWN,
  rx_errors: port.rxErrors ?? UNKNOWN,
  rx_packets: port.rxPackets ?? UNKNOWN,
  tx_dropped: port.txDropped ?? UNKNOWN,
  tx_errors: port.txErrors ?? UNKNOWN,
  tx_packets: port.txPackets ?? UNKNOWN,
  vhostuser: port.interfaceName,
  vif_type: port.vifType,
});

const messageOf = (message: string | null) => (message === null ? {} : { message });

/** 003, chapter 3: what hosts tell when they are asked. */
export function hostDetailEndpoints({
  details,
  networkPorts,
  summaries,
}: DataCenters): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'getCpuLayout',
      route: 'GET /{cid}/cpu_layout/{hid}',
      tag,
      summary: 'API cpu_layout',
      description:
        'Cores and sockets of a host and which virtual machines use its CPUs, read on the host through the LCM, at most every 30 s.',
      access: 'datacenter:read',
      params: z.object({ cid: Cid, hid: Hid }),
      reply: z.object({
        status: Status,
        data: z.object({ socket_info: SocketInfo, instance_info: z.array(Instance) }),
        message: Message,
        code: Success,
      }),
      errors: ERRORS,
      handle: async ({ params: { cid, hid } }, ctx) => {
        const host = await summaries.host(ctx, cid, hid);
        const { cores, instances, message } = await details.cpuLayout(ctx, host);
        const instanceInfo = instances.map(({ cpus, name, instanceName }) => ({
          vcpu: [...cpus],
          vm: name,
          instance: instanceName,
        }));
        return {
          data: { socket_info: socketInfo(cores), instance_info: instanceInfo },
          ...messageOf(message),
        };
      },
    }),
    endpoint({
      id: 'getInterfaceDrivers',
      route: 'GET /{cid}/interface_driver/{hid}',
      tag,
      summary: 'API interface_driver',
      description:
        'Network interfaces of a host that are PCI devices, by name, read on the host through the LCM, at most every 30 s.',
      access: 'datacenter:read',
      params: z.object({ cid: Cid, hid: Hid }),
      reply: z.object({
        code: Success,
        data: z.object({
          firmware: z.record(z.string(), Firmware),
          static: z.record(z.string(), Counters),
        }),
        message: Message,
        status: Status,
      }),
      errors: ERRORS,
      handle: async ({ params: { cid, hid } }, ctx) => {
        const host = await summaries.host(ctx, cid, hid);
        const { interfaces, message } = await details.interfaceDrivers(ctx, host);
        return {
          data: {
            firmware: byInterface(interfaces, firmwareOf),
            static: byInterface(interfaces, countersOf),
          },
          ...messageOf(message),
        };
      },
    }),
    endpoint({
      id: 'getNetworkPorts',
      route: 'GET /{cid}/{vid}/network_port',
      tag,
      summary: 'API network_port',
      description:
        "The ports of a virtual machine by name, read in the cloud, with counters from the side of its host's virtual switch; all `?` where the host does not answer.",
      access: 'datacenter:read',
      params: z.object({ cid: Cid, vid: ItemId('The virtual machine') }),
      reply: z.object({ code: Success, data: z.array(Port), message: Message, status: Status }),
      errors: ERRORS,
      handle: async ({ params: { cid, vid } }, ctx) => {
        const machine = await summaries.virtualMachine(ctx, cid, vid);
        const { ports, message } = await networkPorts.of(ctx, machine);
        return { data: ports.map(portToWire), ...messageOf(message) };
      },
    }),
  ];
}
