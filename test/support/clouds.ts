import type {
  CloudAccount,
  CloudConnector,
  CloudItems,
  CloudKind,
  CloudSession,
  ConnectionFailure,
  ConnectionState,
  LcmAccount,
} from '../../src/domains/datacenters/cloud.port.js';
import type {
  CloudPort,
  HostReadingKind,
  HostReadings,
  HostTarget,
  HostVisit,
} from '../../src/domains/datacenters/hostDetail/hostDetail.port.js';
import { DomainError } from '../../src/kernel/errors.js';

/** Items of a page. */
const PAGE = 2;

const FAILURES: Record<ConnectionFailure, DomainError> = {
  AUTHENTICATION_FAILED: new DomainError('UPSTREAM_ERROR', 'the LCM refuses the password'),
  PERMISSION_DENIED: new DomainError('UPSTREAM_ERROR', 'the LCM lets the account run nothing'),
  UNABLE_TO_CONNECT: new DomainError('UPSTREAM_UNREACHABLE', 'the LCM refuses connections'),
  UNABLE_TO_REACH: new DomainError('UPSTREAM_TIMEOUT', 'the LCM does not answer'),
};

/** A host of a cloud in memory, with what it tells. */
export class FakeHost {
  hostKey: string | null = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGhvc3Q=';
  readings: HostReadings = { cpuLayout: { cores: [], domains: [] }, interfaces: [], portCounters: {} };
  complaints: string[] = [];
  /** Why it cannot be logged in to, if so. */
  failure: Error | null = null;
  /** What every reading waits for. */
  held: Promise<void> = Promise.resolve();
  /** How it was asked for, in order. */
  readonly targets: HostTarget[] = [];
  /** Sessions under way, and most that ever were at once. */
  sessions = 0;
  mostSessions = 0;
}

/** A cloud in memory, with what a test puts into it. */
export class FakeCloud {
  items: { [K in CloudKind]?: readonly CloudItems[K][] } = {};
  ports: CloudPort[] = [];
  /** Servers whose ports were asked for together. */
  readonly portReads: (readonly string[])[] = [];
  /** By name. */
  readonly hosts = new Map<string, FakeHost>();
  /** Services that it does not have. */
  missing: string[] = [];
  hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHOlKTpeo/b1umNzgiShok/3BaY9sicgvDfi96uBwtrk';
  /** Whom it lets in. */
  user = 'lcm_user';
  password = 'lcm_pwd';
  /** Why its LCM cannot be reached, if so. */
  failure: ConnectionFailure | null = null;
  /** What reading a kind fails with, after its first page. */
  readonly failures = new Map<CloudKind, Error>();
  /** What every page waits for. */
  held: Promise<void> = Promise.resolve();
  /** Pages that wait for it. */
  waiting = 0;
  /** Kinds that were asked for, in order. */
  readonly reads: CloudKind[] = [];
  /** Accounts with which it was opened. */
  readonly accounts: CloudAccount[] = [];
  /** Sessions under way, and most that ever were at once. */
  sessions = 0;
  mostSessions = 0;

  addHost(name: string): FakeHost {
    const host = new FakeHost();
    this.hosts.set(name, host);
    return host;
  }

  /** The failure of an account, null where it is let in. */
  refuses({ user, password }: Pick<CloudAccount, 'user' | 'password'>): ConnectionFailure | null {
    if (this.failure) return this.failure;
    return user === this.user && password === this.password ? null : 'AUTHENTICATION_FAILED';
  }

  async *read<K extends CloudKind>(kind: K, signal: AbortSignal): AsyncGenerator<readonly CloudItems[K][]> {
    this.reads.push(kind);
    const items: readonly CloudItems[K][] = this.items[kind] ?? [];
    for (let start = 0; start === 0 || start < items.length; start += PAGE) {
      await this.#turn(signal);
      yield items.slice(start, start + PAGE);
      const failure = this.failures.get(kind);
      if (failure) throw failure;
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    this.waiting += 1;
    try {
      await abortable(this.held, signal);
    } finally {
      this.waiting -= 1;
    }
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Clouds in memory, by the addresses of their LCMs; nothing answers at any other. */
export class FakeClouds implements CloudConnector {
  readonly #clouds = new Map<string, FakeCloud>();

  add(address: string): FakeCloud {
    const cloud = new FakeCloud();
    this.#clouds.set(address, cloud);
    return cloud;
  }

  async test({
    address,
    user,
    password,
    hostKey,
  }: Omit<CloudAccount, 'openrcPath' | 'ca'>): Promise<ConnectionState> {
    const cloud = this.#clouds.get(address);
    if (!cloud) return { failure: 'UNABLE_TO_REACH', reason: 'nothing answers there', hostKey: null };
    const isOther = hostKey !== null && hostKey !== cloud.hostKey;
    const failure = isOther ? 'UNABLE_TO_CONNECT' : cloud.refuses({ user, password });
    const seen = failure === 'UNABLE_TO_REACH' ? null : cloud.hostKey;
    return { failure, reason: failure && FAILURES[failure].message, hostKey: seen };
  }

  async open(account: CloudAccount, signal: AbortSignal): Promise<CloudSession> {
    signal.throwIfAborted();
    const cloud = this.#clouds.get(account.address);
    const { failure, reason } = await this.test(account);
    if (failure || !cloud) throw new DomainError(FAILURES[failure ?? 'UNABLE_TO_REACH'].code, String(reason));
    cloud.accounts.push(account);
    cloud.sessions += 1;
    cloud.mostSessions = Math.max(cloud.mostSessions, cloud.sessions);
    return {
      hostKey: cloud.hostKey,
      missing: cloud.missing,
      read: (kind) => cloud.read(kind, signal),
      portsOf: async (serverIds) => {
        cloud.portReads.push(serverIds);
        await abortable(cloud.held, signal);
        return cloud.ports.filter(({ serverId }) => serverIds.includes(serverId));
      },
      close: async () => {
        cloud.sessions -= 1;
      },
    };
  }

  async readHost<K extends HostReadingKind>(
    account: LcmAccount,
    target: HostTarget,
    kind: K,
    signal: AbortSignal,
  ): Promise<HostVisit<K>> {
    signal.throwIfAborted();
    const { failure, reason } = await this.test(account);
    const cloud = this.#clouds.get(account.address);
    if (failure || !cloud) throw new DomainError(FAILURES[failure ?? 'UNABLE_TO_REACH'].code, String(reason));
    const host = cloud.hosts.get(target.name);
    if (!host) throw new DomainError('UPSTREAM_UNREACHABLE', `the host ${target.name} does not answer`);
    host.targets.push(target);
    host.sessions += 1;
    host.mostSessions = Math.max(host.mostSessions, host.sessions);
    try {
      await abortable(host.held, signal);
      if (host.failure) throw host.failure;
      if (target.hostKey !== null && target.hostKey !== host.hostKey)
        throw new DomainError('UPSTREAM_CERTIFICATE', `the host ${target.name} has another host key`);
      const { complaints, hostKey } = host;
      return { reading: host.readings[kind], complaints, lcmHostKey: cloud.hostKey, hostKey };
    } finally {
      host.sessions -= 1;
    }
  }
}
