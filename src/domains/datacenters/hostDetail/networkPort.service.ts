import type { Database } from '../../../database/database.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { DomainError } from '../../../kernel/errors.js';
import type { CloudConnector } from '../cloud.port.js';
import type { ConnectionService } from '../connection.service.js';
import type { DataCenterService } from '../dataCenter.service.js';
import type { Host } from '../inventory/host.entity.js';
import type { ItemService } from '../inventory/item.service.js';
import type { VirtualMachine } from '../inventory/virtualMachine.entity.js';
import { Patience, type RunLimits } from '../refresh/patience.js';
import { Places } from '../places.js';
import type { HostDetailService } from './hostDetail.service.js';
import type { CloudPort, PortCounters } from './hostDetail.port.js';
import type { NetworkPort, VirtualMachinePorts } from './networkPort.entity.js';

interface Parts {
  connections: ConnectionService;
  connector: () => Promise<CloudConnector>;
  database: Database;
  dataCenters: DataCenterService;
  details: HostDetailService;
  hosts: ItemService<Host>;
}

/** A virtual machine, as far as it is needed to find its ports. */
export type MachineRow = Pick<VirtualMachine, 'id' | 'dataCenterId' | 'cloudId' | 'hostKey'>;

interface Counted {
  counters: Readonly<Record<string, PortCounters>>;
  message: string | null;
  readAt: Date;
}

/** In this replica. */
const MOST_READINGS = { tenant: { atOnce: 2, waiting: 64 }, all: { atOnce: 8, waiting: 64 } };

const NOTHING: PortCounters = {
  ...{ rxDropped: null, rxErrors: null, rxPackets: null },
  ...{ txDropped: null, txErrors: null, txPackets: null },
};

const nothingFrom = (message: string): Counted => ({ counters: {}, message, readAt: new Date() });

/** What the way to a host fails with, of which its ports can be told all the same. */
const isSilence = (error: unknown): error is DomainError =>
  error instanceof DomainError && (error.code.startsWith('UPSTREAM_') || error.code === 'ADDRESS_DENIED');

const keyOf = ({ name, id }: CloudPort): string => `${name}\0${id}`;

/** The ports of virtual machines: by Neutron, with the counters of the virtual switch of the host. */
export class NetworkPortService {
  readonly #places = new Places(MOST_READINGS, 'too many ports are being read');

  constructor(
    private readonly parts: Parts,
    private readonly limits: RunLimits,
  ) {}

  /** Of one that the caller sees. Counters are null, and the message tells why, where its host does not answer. */
  async of(ctx: RequestContext, machine: MachineRow): Promise<VirtualMachinePorts> {
    const [ports, { counters, message, readAt }] = await Promise.all([
      this.#portsOf(ctx, machine),
      this.#countersOf(ctx, machine),
    ]);
    return { ports: ports.map((port) => toPort(port, counters)), message, readAt };
  }

  async #countersOf(ctx: RequestContext, { hostKey }: MachineRow): Promise<Counted> {
    const host = hostKey === null ? null : await this.parts.hosts.findBy(ctx, 'hostKey', hostKey);
    if (!host) return nothingFrom('the virtual machine is on no host that is known');
    try {
      const { reading, ...seen } = await this.parts.details.read(ctx, host, 'portCounters');
      return { counters: reading, ...seen };
    } catch (error) {
      if (!isSilence(error)) throw error;
      return nothingFrom(error.message);
    }
  }

  /** Those of several virtual machines of a data center are asked for together. */
  async #portsOf(ctx: RequestContext, { dataCenterId, cloudId }: MachineRow): Promise<CloudPort[]> {
    const loader = ctx.loaders.of<string, CloudPort[]>(`ports in ${dataCenterId}`, async (ids) => {
      const ports = Map.groupBy(await this.#read(ctx, dataCenterId, ids), ({ serverId }) => serverId);
      return ids.map((id) =>
        (ports.get(id) ?? []).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
      );
    });
    return loader.load(cloudId);
  }

  async #read(ctx: RequestContext, dataCenterId: string, serverIds: readonly string[]): Promise<CloudPort[]> {
    const { connections, connector, database, dataCenters } = this.parts;
    const center = await dataCenters.get(ctx, dataCenterId);
    return this.#places.run(requirePrincipal(ctx), async () => {
      ctx.signal.throwIfAborted();
      using patience = new Patience(ctx.signal, this.limits);
      const opening = (await connector()).open(connections.accountOf(center), patience.signal);
      const session = await patience.wait(opening);
      try {
        const ports = await patience.wait(session.portsOf(serverIds));
        await connections.keep(database.fork(), center, session.hostKey);
        return ports;
      } finally {
        await session.close();
      }
    });
  }
}

function toPort(port: CloudPort, counters: Counted['counters']): NetworkPort {
  const { serverId: _serverId, ...shown } = port;
  const own = Object.hasOwn(counters, port.id) ? counters[port.id] : undefined;
  return { ...shown, ...(own ?? NOTHING) };
}
