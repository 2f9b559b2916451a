import { countRows, rowsAt } from '../../../database/rowsAt.js';
import { rowsBy } from '../../../database/rowsBy.js';
import type { Reader } from '../../../kernel/context.js';
import { SortDirection } from '../../../kernel/pages.js';
import type { InventoryTables } from './inventory.tables.js';
import { Tenant } from './tenant.entity.js';
import { type CountedFacet, VirtualMachine } from './virtualMachine.entity.js';
import { Volume } from './volume.entity.js';

const ASC = SortDirection.ASC;
const BY_NAME = ['name', 'id'].map((property) => ({ property, direction: ASC }));

/** Names by keys; of what is not known there is none. */
type Names = ReadonlyMap<string, string>;

export interface VirtualMachineSearch {
  /** Equal to it; a tenant by its name or by what the cloud knows it by, a status without case. */
  filter?: { by: 'name' | 'status' | 'host' | 'tenant' | 'stack'; value: string } | undefined;
  by: 'memoryMb' | 'diskGb' | 'vcpus' | 'createdAt';
  direction: SortDirection;
  offset: number;
  limit: number;
}

/** Which virtual machines, and what counts them if that is counted already. */
interface Match {
  scope: object;
  counted?: { facet: CountedFacet; values: readonly string[] };
}

/** Virtual machines as documents show them. */
export class VirtualMachineService {
  async search(
    reader: Reader,
    dataCenterId: string,
    { filter, by, direction, offset, limit }: VirtualMachineSearch,
  ): Promise<[VirtualMachine[], number]> {
    const { scope, counted } = await this.#match(reader, dataCenterId, filter);
    const total = counted
      ? await this.#counted(reader, dataCenterId, counted)
      : await countRows(reader, VirtualMachine, { scope });
    const order = { property: by, direction };
    const rows = offset < total ? await rowsAt(reader, VirtualMachine, { scope, order, offset, limit }) : [];
    return [rows, total];
  }

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

  async #match(reader: Reader, dataCenterId: string, filter: VirtualMachineSearch['filter']): Promise<Match> {
    const center = { dataCenterId: { eq: dataCenterId } };
    if (!filter) return { scope: center, counted: { facet: 'all', values: [''] } };
    const { by, value } = filter;
    const key = `${dataCenterId}:${value}`;
    if (by === 'name') return { scope: { ...center, name: { eq: value } } };
    if (by === 'host') return { scope: { hostKey: { eq: key } } };
    if (by === 'stack') return { scope: { stackId: { eq: key } } };
    if (by === 'status') {
      const statusKey = value.toLowerCase();
      return {
        scope: { ...center, statusKey: { eq: statusKey } },
        counted: { facet: 'status', values: [statusKey] },
      };
    }
    const scope = { or: [{ name: { eq: value } }, { cloudId: { eq: value } }] };
    const tenants = await rowsBy(reader, Tenant, 'dataCenterId', [dataCenterId], { scope });
    // One that is gone is known by its key alone.
    const [only = key, ...others] = tenants.map(({ id }) => id);
    const values = [only, ...others];
    const tenantId = others.length === 0 ? { eq: only } : { in: values };
    return { scope: { tenantId }, counted: { facet: 'tenant', values } };
  }

  async #counted(
    reader: Reader,
    dataCenterId: string,
    { facet, values }: NonNullable<Match['counted']>,
  ): Promise<number> {
    const counts = await reader
      .getKysely<InventoryTables>()
      .selectFrom('virtual_machine_counts')
      .select('total')
      .where('data_center_id', '=', dataCenterId)
      .where('facet', '=', facet)
      .where('value', 'in', values)
      .execute();
    return counts.reduce((sum, { total }) => sum + total, 0);
  }
}
