import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { KeyedTurns } from '../../../kernel/keyedTurns.js';
import { MAX_PAGE_SIZE, SortDirection } from '../../../kernel/pages.js';
import type { CloudConnector } from '../cloud.port.js';
import type { ConnectionService, StoredAccount } from '../connection.service.js';
import type { DataCenterService } from '../dataCenter.service.js';
import type { Host } from '../inventory/host.entity.js';
import { VirtualMachine } from '../inventory/virtualMachine.entity.js';
import { Patience, type RunLimits } from '../refresh/patience.js';
import { Places, tooMuch } from '../places.js';
import type { HostCpuLayout } from './cpuLayout.entity.js';
import type { HostReadingKind, HostReadings } from './hostDetail.port.js';
import type { HostKeyService } from './hostKey.service.js';
import type { HostInterfaceDrivers } from './interfaceDriver.entity.js';
import { Recent } from './recent.js';

export interface DetailPace {
  /** Milliseconds for which what was read on a host is not read again. */
  life: number;
  /** How long one reading may take. */
  limits: RunLimits;
}

/** A host, as far as it is needed to log in there. */
export type HostRow = Pick<Host, 'id' | 'dataCenterId' | 'name' | 'address' | 'hostKey'>;

interface Parts {
  database: Database;
  connections: ConnectionService;
  connector: () => Promise<CloudConnector>;
  dataCenters: DataCenterService;
  hostKeys: HostKeyService;
}

interface Seen<K extends HostReadingKind> {
  reading: HostReadings[K];
  message: string | null;
  readAt: Date;
}

/** In this replica; a page of hosts may be asked for all that they tell. */
const MOST_SESSIONS = { atOnce: 2, waiting: 16 };
const MOST_READINGS = { tenant: { atOnce: 4, waiting: 2 * MAX_PAGE_SIZE }, all: { atOnce: 16, waiting: 64 } };
const COMPLAINT = 'too much is being read on hosts';
/** Characters of JSON. */
const MOST_KEPT = 32 * 1024 * 1024;

const BY_ID = [{ property: 'id', direction: SortDirection.ASC }];

/** What hosts tell when they are asked, through the LCM of their data center. */
export class HostDetailService {
  readonly #recent: Recent<Seen<HostReadingKind>>;
  readonly #sessions = new KeyedTurns<string>(MOST_SESSIONS, () => tooMuch(COMPLAINT));
  readonly #places = new Places(MOST_READINGS, COMPLAINT);

  constructor(
    private readonly parts: Parts,
    private readonly pace: DetailPace,
  ) {
    this.#recent = new Recent({ life: pace.life, size: MOST_KEPT });
  }

  /** Of a host that the caller sees. Failures are those of the way to it. */
  async cpuLayout(ctx: RequestContext, host: HostRow): Promise<HostCpuLayout> {
    const { reading, message, readAt } = await this.read(ctx, host, 'cpuLayout');
    const machines = await this.#machinesOn(ctx, host);
    const instances = reading.domains.map(({ name: instanceName, cpus, serverName }) => {
      const machine = machines.get(instanceName);
      const name = machine?.name ?? serverName ?? '';
      return { instanceName, name, virtualMachineId: machine?.id ?? null, cpus };
    });
    return { cores: reading.cores, instances, message, readAt };
  }

  /** The same of its network interfaces. */
  async interfaceDrivers(ctx: RequestContext, host: HostRow): Promise<HostInterfaceDrivers> {
    const { reading: interfaces, message, readAt } = await this.read(ctx, host, 'interfaces');
    return { interfaces, message, readAt };
  }

  /** What was read a moment ago, or is read now. RATE_LIMITED while too much is. */
  async read<K extends HostReadingKind>(ctx: RequestContext, host: HostRow, kind: K): Promise<Seen<K>> {
    const center = await this.parts.dataCenters.get(ctx, host.dataCenterId);
    const { lcmIp, lcmUser, lcmPwd } = center;
    const key = JSON.stringify([kind, host.id, host.name, host.address, lcmIp, lcmUser, lcmPwd]);
    const caller = requirePrincipal(ctx);
    const seen = await this.#recent.get(key, ctx.signal, async (signal) =>
      this.#sessions.run(host.id, async () =>
        this.#places.run(caller, async () => this.#visit(ctx, center, host, kind, signal)),
      ),
    );
    return seen as Seen<K>;
  }

  async #visit<K extends HostReadingKind>(
    ctx: RequestContext,
    center: StoredAccount,
    host: HostRow,
    kind: K,
    signal: AbortSignal,
  ): Promise<Seen<K>> {
    signal.throwIfAborted();
    const { connections, connector, database, hostKeys } = this.parts;
    using patience = new Patience(signal, this.pace.limits);
    const known = await hostKeys.of(ctx, host);
    const domains =
      kind === 'cpuLayout' ? new Set((await this.#machinesOn(ctx, host)).keys()) : new Set<string>();
    const { name, address } = host;
    const target = { name, address, hostKey: known, domains };
    const account = connections.accountOf(center);
    const visit = (await connector()).readHost(account, target, kind, patience.signal);
    const { reading, complaints, lcmHostKey, hostKey } = await patience.wait(visit);
    const em = database.fork();
    await connections.keep(em, center, lcmHostKey);
    if (known === null && hostKey !== null) await hostKeys.keep(em, center, host, hostKey);
    return { reading, message: complaints.join('; ') || null, readAt: new Date() };
  }

  /** By their names on the host. */
  async #machinesOn(
    ctx: RequestContext,
    { hostKey }: HostRow,
  ): Promise<ReadonlyMap<string, Pick<VirtualMachine, 'id' | 'name'>>> {
    const loader = ctx.loaders.of<string, VirtualMachine[]>('machines on hosts', async (keys) => {
      const machines = await rowsBy(ctx.reader, VirtualMachine, 'hostKey', keys, { order: BY_ID });
      const byHost = Map.groupBy(machines, (machine) => machine.hostKey);
      return keys.map((key) => byHost.get(key) ?? []);
    });
    const machines = await loader.load(hostKey);
    return new Map(
      machines.flatMap(({ id, name, instanceName }) => (instanceName ? [[instanceName, { id, name }]] : [])),
    );
  }
}
