import { rowsBy } from '../../../../../database/rowsBy.js';
import { Tenant } from '../../../inventory/tenant.entity.js';
import { VirtualMachine, VirtualMachineVolume } from '../../../inventory/virtualMachine.entity.js';
import { Volume } from '../../../inventory/volume.entity.js';
import { namesOf } from '../names.js';
import { WIDTH, keyColumns, list, yesOrNo } from './columns.js';
import type { ItemSheet } from './itemSheet.js';

interface Row {
  volume: Volume;
  /** Its name; null where it is gone. */
  tenant: string | null;
  servers: readonly string[];
}

export const VOLUMES: ItemSheet<Volume, Row> = {
  entity: Volume,
  columns: [
    ...keyColumns<Row>(({ volume }) => volume),
    { title: 'Tenant', width: WIDTH.LONG, of: ({ tenant }) => tenant },
    { title: 'Type', width: WIDTH.SHORT, of: ({ volume }) => volume.volumeType },
    { title: 'Status', width: WIDTH.SHORT, of: ({ volume }) => volume.cloudStatus },
    { title: 'Size, GB', width: WIDTH.SHORT, of: ({ volume }) => volume.sizeGb },
    { title: 'Bootable', width: WIDTH.SHORT, of: ({ volume }) => yesOrNo(volume.isBootable) },
    { title: 'Servers', width: WIDTH.LONG, of: ({ servers }) => list(servers) },
    { title: 'Created (UTC)', width: WIDTH.LONG, of: ({ volume }) => volume.createdAt },
  ],
  rowsOf: async (volumes, reader) => {
    const tenants = await namesOf(
      reader,
      Tenant,
      volumes.map(({ tenantId }) => tenantId),
    );
    const links = await rowsBy(
      reader,
      VirtualMachineVolume,
      'volumeId',
      volumes.map(({ id }) => id),
    );
    const servers = await namesOf(
      reader,
      VirtualMachine,
      links.map(({ virtualMachineId }) => virtualMachineId),
    );
    const byVolume = Map.groupBy(links, ({ volumeId }) => volumeId);
    return volumes.map((volume) => ({
      volume,
      tenant: tenants.get(volume.tenantId) ?? null,
      servers: (byVolume.get(volume.id) ?? [])
        .map(({ virtualMachineId }) => servers.get(virtualMachineId) ?? '')
        .toSorted(),
    }));
  },
};
