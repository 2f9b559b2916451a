import { Host } from '../../../inventory/host.entity.js';
import { WIDTH, keyColumns, list, yesOrNo } from './columns.js';
import type { ItemSheet } from './itemSheet.js';

interface Row {
  host: Host;
  aggregates: readonly string[];
}

export const HOSTS: ItemSheet<Host, Row> = {
  entity: Host,
  columns: [
    ...keyColumns<Row>(({ host }) => host),
    { title: 'State', width: WIDTH.SHORT, of: ({ host }) => (host.isUp ? 'up' : 'down') },
    { title: 'Enabled', width: WIDTH.SHORT, of: ({ host }) => yesOrNo(host.isEnabled) },
    { title: 'Disabled because', width: WIDTH.LONG, of: ({ host }) => host.disabledReason },
    { title: 'Availability zone', width: WIDTH.LONG, of: ({ host }) => host.availabilityZone },
    { title: 'Aggregates', width: WIDTH.LONG, of: ({ aggregates }) => list(aggregates) },
    { title: 'Address', width: WIDTH.LONG, of: ({ host }) => host.address },
    { title: 'Hypervisor', width: WIDTH.SHORT, of: ({ host }) => host.hypervisorType },
    { title: 'Servers', width: WIDTH.SHORT, of: ({ host }) => host.virtualMachineCount },
    { title: 'CPUs', width: WIDTH.SHORT, of: ({ host }) => host.vcpus },
    { title: 'Used CPUs', width: WIDTH.SHORT, of: ({ host }) => host.usedVcpus },
    { title: 'Memory, MB', width: WIDTH.SHORT, of: ({ host }) => host.memoryMb },
    { title: 'Used memory, MB', width: WIDTH.LONG, of: ({ host }) => host.usedMemoryMb },
    { title: 'Disk, GB', width: WIDTH.SHORT, of: ({ host }) => host.diskGb },
    { title: 'Used disk, GB', width: WIDTH.SHORT, of: ({ host }) => host.usedDiskGb },
    { title: 'Last heartbeat (UTC)', width: WIDTH.LONG, of: ({ host }) => host.heartbeatAt },
  ],
  rowsOf: async (hosts, reader, services) => {
    const names = await services.hosts.aggregateNames(
      reader,
      hosts.map(({ id }) => id),
    );
    return hosts.map((host) => ({ host, aggregates: names.get(host.id) ?? [] }));
  },
};
