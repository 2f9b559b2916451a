import { rowsBy } from '../../../database/rowsBy.js';
import { atOneMoment } from '../../../database/moment.js';
import type { ObjectText } from '../../../kernel/answerText.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { notFound } from '../../../kernel/errors.js';
import { SortDirection } from '../../../kernel/pages.js';
import { flawOf } from '../../../kernel/validation.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { Aggregate } from './aggregate.entity.js';
import { Host } from './host.entity.js';
import type { HostSearch, HostService } from './host.service.js';
import type { Infrastructure, TenantCapacity } from './infrastructure.entity.js';
import type { InfrastructureService } from './infrastructure.service.js';
import { Stack } from './stack.entity.js';
import { Tenant, TenantQuota } from './tenant.entity.js';
import { VirtualMachine } from './virtualMachine.entity.js';
import type { VirtualMachineService } from './virtualMachine.service.js';
import type {
  VirtualMachineList,
  VirtualMachineListService,
  VirtualMachineSearch,
} from './virtualMachineList.service.js';
import { Volume } from './volume.entity.js';

const BY_NAME = ['name', 'id'].map((property) => ({ property, direction: SortDirection.ASC }));
const NAMES = { selection: selectionOfFields(['cloudId', 'name']), order: BY_NAME };

type Named = Pick<Volume, 'cloudId' | 'name'>;

/** The key that an item has, none where no row can have it. */
const keysOf = (dataCenterId: string, cloudId: string): string[] =>
  flawOf(cloudId) === undefined ? [`${dataCenterId}:${cloudId}`] : [];

interface Services {
  dataCenters: DataCenterService;
  hosts: HostService;
  infrastructures: InfrastructureService;
  virtualMachines: VirtualMachineService;
  virtualMachineLists: VirtualMachineListService;
}

export interface HostPage {
  hosts: Host[];
  total: number;
  /** Of each host, sorted. */
  aggregateNames: ReadonlyMap<string, readonly string[]>;
  /** By name; of each host, by what names it. */
  machines: ReadonlyMap<string | null, readonly VirtualMachine[]>;
  tenantNames: ReadonlyMap<string, string>;
  /** When hosts were last read; null before. */
  readAt: Date | null;
}

export interface TenantUse {
  quota: TenantQuota | null;
  infrastructure: Infrastructure;
}

/** What documents show of a data center's inventory, each as it was at one moment. NOT_FOUND for a foreign data center as for none. */
export class SummaryService {
  constructor(private readonly services: Services) {}

  async infrastructure(
    ctx: RequestContext,
    id: string,
  ): Promise<{ infrastructure: Infrastructure; tenants: TenantCapacity[]; volumes: Named[] }> {
    return this.#read(ctx, id, async (reader, key) => ({
      infrastructure: await this.#infrastructure(reader, key),
      tenants: await this.services.infrastructures.tenantsOf(reader, key),
      volumes: await rowsBy(reader, Volume, 'dataCenterId', [key], NAMES),
    }));
  }

  /** NOT_FOUND for an unknown host. */
  async host(ctx: RequestContext, id: string, cloudId: string): Promise<Host> {
    return this.#read(ctx, id, async (reader, key) => {
      const [host] = await rowsBy(reader, Host, 'id', keysOf(key, cloudId));
      if (!host) throw notFound('host', cloudId);
      return host;
    });
  }

  /** NOT_FOUND for an unknown virtual machine. */
  async virtualMachine(ctx: RequestContext, id: string, cloudId: string): Promise<VirtualMachine> {
    return this.#read(ctx, id, async (reader, key) => {
      const [machine] = await rowsBy(reader, VirtualMachine, 'id', keysOf(key, cloudId));
      if (!machine) throw notFound('virtual machine', cloudId);
      return machine;
    });
  }

  /** By name. */
  async hosts(ctx: RequestContext, id: string, isUp: boolean): Promise<Host[]> {
    return this.#read(ctx, id, async (reader, key) =>
      this.services.hosts.all(reader, key, { isUp: { eq: isUp } }),
    );
  }

  /** NOT_FOUND for an unknown tenant. */
  async tenantUse(ctx: RequestContext, id: string, cloudId: string): Promise<TenantUse> {
    return this.#read(ctx, id, async (reader, key) => {
      const keys = keysOf(key, cloudId);
      const [tenant] = await rowsBy(reader, Tenant, 'id', keys);
      if (!tenant) throw notFound('tenant', cloudId);
      const [quota = null] = await rowsBy(reader, TenantQuota, 'id', keys);
      return { quota, infrastructure: await this.#infrastructure(reader, key) };
    });
  }

  async virtualMachines(
    ctx: RequestContext,
    id: string,
    search: VirtualMachineSearch,
    fields: ObjectText,
  ): Promise<VirtualMachineList> {
    const center = await this.services.dataCenters.get(ctx, id);
    return this.services.virtualMachineLists.search(ctx, center.id, search, fields);
  }

  /** By which virtual machines can be looked for, by name. */
  async virtualMachineChoices(
    ctx: RequestContext,
    id: string,
  ): Promise<{ stacks: Named[]; tenants: Named[] }> {
    return this.#read(ctx, id, async (reader, key) => ({
      stacks: await rowsBy(reader, Stack, 'dataCenterId', [key], NAMES),
      tenants: await rowsBy(reader, Tenant, 'dataCenterId', [key], NAMES),
    }));
  }

  async hostPage(ctx: RequestContext, id: string, search: HostSearch): Promise<HostPage> {
    const { hosts: hostService, virtualMachines } = this.services;
    return this.#read(ctx, id, async (reader, key) => {
      const [hosts, total] = await hostService.search(reader, key, search);
      const machines = await virtualMachines.onHosts(
        reader,
        hosts.map(({ hostKey }) => hostKey),
      );
      const hostIds = hosts.map((host) => host.id);
      const { readAt } = await this.#infrastructure(reader, key);
      return {
        hosts,
        total,
        aggregateNames: await hostService.aggregateNames(reader, hostIds),
        machines: Map.groupBy(machines, ({ hostKey }) => hostKey),
        tenantNames: await virtualMachines.tenantNames(reader, machines),
        readAt,
      };
    });
  }

  /** By which hosts can be looked for, by name, each once. */
  async hostChoices(ctx: RequestContext, id: string): Promise<{ zones: string[]; aggregates: string[] }> {
    return this.#read(ctx, id, async (reader, key) => {
      const aggregates = await rowsBy(reader, Aggregate, 'dataCenterId', [key], NAMES);
      const { zones } = await this.#infrastructure(reader, key);
      return {
        zones: zones.map(({ availabilityZone }) => availabilityZone),
        aggregates: [...new Set(aggregates.map(({ name }) => name))],
      };
    });
  }

  async #read<T>(
    ctx: RequestContext,
    id: string,
    read: (reader: Reader, dataCenterId: string) => Promise<T>,
  ): Promise<T> {
    const center = await this.services.dataCenters.get(ctx, id);
    return atOneMoment(ctx.em, async (reader) => read(reader, center.id));
  }

  async #infrastructure(reader: Reader, dataCenterId: string): Promise<Infrastructure> {
    const [infrastructure] = await this.services.infrastructures.read(reader, [dataCenterId]);
    if (!infrastructure) throw new Error('each data center has one');
    return infrastructure;
  }
}
