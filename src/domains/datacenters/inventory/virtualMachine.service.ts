import { rowsBy } from '../../../database/rowsBy.js';
import type { Reader } from '../../../kernel/context.js';
import { SortDirection } from '../../../kernel/pages.js';
import { Tenant } from './tenant.entity.js';
import { VirtualMachine } from './virtualMachine.entity.js';
import { Volume } from './volume.entity.js';

const ASC = SortDirection.ASC;
const BY_NAME = ['name', 'id'].map((property) => ({ property, direction: ASC }));

/** Names by keys; of what is not known there is none. */
type Names = ReadonlyMap<string, string>;

/** Virtual machines as documents show them. */
export class VirtualMachineService {
  /** By name. */
  async onHosts(reader: Reader, hostKeys: readonly string[]): Promise<VirtualMachine[]> {
    return rowsBy(reader, VirtualMachine, 'hostKey', hostKeys, { order: BY_NAME });
  }

  /** By their keys. */
  async tenantNames(reader: Reader, machines: readonly Pick<VirtualMachine, 'tenantId'>[]): Promise<Names> {
    const ids = [...new Set(machines.map(({ tenantId }) => tenantId))];
    const tenants = await rowsBy(reader, Tenant, 'id', ids);
    return new Map(tenants.map(({ id, name }) => [id, name]));
  }

  /** What is attached to any of them, by key. */
  async volumes(
    reader: Reader,
    machines: readonly Pick<VirtualMachine, 'dataCenterId' | 'volumeIds'>[],
  ): Promise<ReadonlyMap<string, Volume>> {
    const ids = machines.flatMap(({ dataCenterId, volumeIds }) =>
      volumeIds.map((id) => `${dataCenterId}:${id}`),
    );
    const volumes = await rowsBy(reader, Volume, 'id', [...new Set(ids)]);
    return new Map(volumes.map((volume) => [volume.id, volume]));
  }
}
