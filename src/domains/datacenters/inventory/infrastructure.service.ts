import { rowsBy } from '../../../database/rowsBy.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { SortDirection } from '../../../kernel/pages.js';
import type { Infrastructure, TenantCapacity, ZoneCapacity } from './infrastructure.entity.js';
import type { InventoryTables } from './inventory.tables.js';
import { type QuotaFigure, Tenant, TenantQuota } from './tenant.entity.js';

const NOTHING: QuotaFigure = { inUse: 0, limit: 0 };

const BY_NAME = ['name', 'id'].map((property) => ({ property, direction: SortDirection.ASC }));

type Capacity = Omit<ZoneCapacity, 'availabilityZone'>;

const NO_CAPACITY: Capacity = {
  hostInfo: { up: 0, down: 0, total: 0 },
  totalVcpus: 0,
  usedVcpus: 0,
  totalMemory: 0,
  usedMemory: 0,
  totalStorage: 0,
  usedStorage: 0,
  virtualMachineCount: 0,
};

const sum = (one: Capacity, other: Capacity): Capacity => ({
  hostInfo: {
    up: one.hostInfo.up + other.hostInfo.up,
    down: one.hostInfo.down + other.hostInfo.down,
    total: one.hostInfo.total + other.hostInfo.total,
  },
  totalVcpus: one.totalVcpus + other.totalVcpus,
  usedVcpus: one.usedVcpus + other.usedVcpus,
  totalMemory: one.totalMemory + other.totalMemory,
  usedMemory: one.usedMemory + other.usedMemory,
  totalStorage: one.totalStorage + other.totalStorage,
  usedStorage: one.usedStorage + other.usedStorage,
  virtualMachineCount: one.virtualMachineCount + other.virtualMachineCount,
});

/** What data centers have and use. */
export class InfrastructureService {
  /** Of one that the caller sees. Several are two statements. */
  async of(ctx: RequestContext, dataCenterId: string): Promise<Infrastructure> {
    const loader = ctx.loaders.of<string, Infrastructure>('infrastructure', async (ids) =>
      this.read(ctx.reader, ids),
    );
    return loader.load(dataCenterId);
  }

  /** In the order of the keys. */
  async read(reader: Reader, dataCenterIds: readonly string[]): Promise<Infrastructure[]> {
    const zones = Map.groupBy(await this.#zones(reader, dataCenterIds), ({ dataCenterId }) => dataCenterId);
    const readings = await reader
      .getKysely<InventoryTables>()
      .selectFrom('inventory_readings')
      .select(['data_center_id', 'read_at'])
      .where('kind', '=', 'hosts')
      .where('data_center_id', 'in', dataCenterIds)
      .execute();
    const readAt = new Map(readings.map((row) => [row.data_center_id, new Date(row.read_at)]));
    return dataCenterIds.map((dataCenterId) => {
      const own = (zones.get(dataCenterId) ?? []).map(({ dataCenterId: _id, ...zone }) => zone);
      const total = own.reduce(sum, NO_CAPACITY);
      return { dataCenterId, ...total, readAt: readAt.get(dataCenterId) ?? null, zones: own };
    });
  }

  /** What tenants use, by name. One whose quota has not been read uses nothing. */
  async tenantsOf(reader: Reader, dataCenterId: string): Promise<TenantCapacity[]> {
    const tenants = await rowsBy(reader, Tenant, 'dataCenterId', [dataCenterId], { order: BY_NAME });
    const quotas = await rowsBy(reader, TenantQuota, 'dataCenterId', [dataCenterId]);
    const byId = new Map(quotas.map((quota) => [quota.id, quota]));
    return tenants.map(({ id, name }) => {
      const { cores = NOTHING, ram = NOTHING, instances = NOTHING, volumes = [] } = byId.get(id) ?? {};
      const volume = volumes.find((each) => each.name === 'default') ?? NOTHING;
      return { tenantId: id, tenantName: name, cores, ram, instances, volumes: volume };
    });
  }

  async #zones(
    reader: Reader,
    dataCenterIds: readonly string[],
  ): Promise<(ZoneCapacity & { dataCenterId: string })[]> {
    const rows = await reader
      .getKysely<InventoryTables>()
      .selectFrom('hosts')
      .where('data_center_id', 'in', dataCenterIds)
      .groupBy(['data_center_id', 'availability_zone'])
      .orderBy('availability_zone')
      .select(({ fn }) => [
        'data_center_id',
        'availability_zone',
        fn.countAll().as('total'),
        fn.countAll().filterWhere('is_up', '=', true).as('up'),
        fn.sum('vcpus').as('vcpus'),
        fn.sum('used_vcpus').as('used_vcpus'),
        fn.sum('memory_mb').as('memory'),
        fn.sum('used_memory_mb').as('used_memory'),
        fn.sum('disk_gb').as('storage'),
        fn.sum('used_disk_gb').as('used_storage'),
        fn.sum('virtual_machine_count').as('machines'),
      ])
      .execute();
    return rows.map((row) => ({
      dataCenterId: row.data_center_id,
      availabilityZone: row.availability_zone,
      hostInfo: {
        up: Number(row.up),
        down: Number(row.total) - Number(row.up),
        total: Number(row.total),
      },
      totalVcpus: Number(row.vcpus),
      usedVcpus: Number(row.used_vcpus),
      totalMemory: Number(row.memory),
      usedMemory: Number(row.used_memory),
      totalStorage: Number(row.storage),
      usedStorage: Number(row.used_storage),
      virtualMachineCount: Number(row.machines),
    }));
  }
}
