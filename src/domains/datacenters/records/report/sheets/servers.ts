import { Image } from '../../../inventory/image.entity.js';
import { Stack } from '../../../inventory/stack.entity.js';
import { VirtualMachine } from '../../../inventory/virtualMachine.entity.js';
import { namesOf } from '../names.js';
import { WIDTH, keyColumns, list } from './columns.js';
import type { ItemSheet } from './itemSheet.js';

interface Row {
  server: VirtualMachine;
  /** Names; null for none, and for what is gone. */
  tenant: string | null;
  image: string | null;
  stack: string | null;
  volumes: readonly string[];
}

export const SERVERS: ItemSheet<VirtualMachine, Row> = {
  entity: VirtualMachine,
  columns: [
    ...keyColumns<Row>(({ server }) => server),
    { title: 'Tenant', width: WIDTH.LONG, of: ({ tenant }) => tenant },
    { title: 'Status', width: WIDTH.SHORT, of: ({ server }) => server.cloudStatus },
    { title: 'Power state', width: WIDTH.SHORT, of: ({ server }) => server.powerState },
    { title: 'Host', width: WIDTH.LONG, of: ({ server }) => server.hostName },
    { title: 'Availability zone', width: WIDTH.LONG, of: ({ server }) => server.availabilityZone },
    { title: 'Instance', width: WIDTH.LONG, of: ({ server }) => server.instanceName },
    { title: 'Flavor', width: WIDTH.LONG, of: ({ server }) => server.flavorName },
    { title: 'vCPUs', width: WIDTH.SHORT, of: ({ server }) => server.vcpus },
    { title: 'Memory, MB', width: WIDTH.SHORT, of: ({ server }) => server.memoryMb },
    { title: 'Root disk, GB', width: WIDTH.SHORT, of: ({ server }) => server.diskGb },
    { title: 'Image', width: WIDTH.LONG, of: ({ image }) => image },
    { title: 'Stack', width: WIDTH.LONG, of: ({ stack }) => stack },
    { title: 'Addresses', width: WIDTH.LONG, of: ({ server }) => list(server.addresses.map(({ ip }) => ip)) },
    { title: 'Volumes', width: WIDTH.LONG, of: ({ volumes }) => list(volumes) },
    { title: 'Fault', width: WIDTH.LONG, of: ({ server }) => server.fault },
    { title: 'Created (UTC)', width: WIDTH.LONG, of: ({ server }) => server.createdAt },
    { title: 'Changed (UTC)', width: WIDTH.LONG, of: ({ server }) => server.updatedAt },
  ],
  rowsOf: async (servers, reader, { virtualMachines }) => {
    const tenants = await virtualMachines.tenantNames(reader, servers);
    const volumes = await virtualMachines.volumes(reader, servers);
    const images = await namesOf(
      reader,
      Image,
      servers.map(({ imageId }) => imageId),
    );
    const stacks = await namesOf(
      reader,
      Stack,
      servers.map(({ stackId }) => stackId),
    );
    return servers.map((server) => ({
      server,
      tenant: tenants.get(server.tenantId) ?? null,
      image: images.get(server.imageId ?? '') ?? null,
      stack: stacks.get(server.stackId ?? '') ?? null,
      volumes: server.volumeIds.map((id) => {
        const name = volumes.get(`${server.dataCenterId}:${id}`)?.name ?? '';
        return name === '' ? id : name;
      }),
    }));
  },
};
