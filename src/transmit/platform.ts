import type { LookupFunction } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../kernel/errors.js';
import type { AddressPolicy } from '../kernel/networks.js';
import { type Connection, LONGEST_UNUSED } from './connection.js';
import { Connections } from './connections.js';
import { Connector } from './connector.js';
import { named } from './failures.js';
import { type PlatformRoute, authorityOf } from '../domains/platforms/index.js';
import { membersOf } from '../log/access.js';
import type { TransmitConfig } from './ports.js';
import { Traffic } from './traffic.js';
import { Watch } from './watch.js';

/** What is kept of one platform between requests. */
export class Platform {
  readonly traffic = new Traffic();
  readonly connector: Connector;
  readonly connections: Connections;
  /** As it stands in Host (RFC 9110 7.2). */
  readonly authority: string;
  /** In the lines of the log. */
  readonly member: string;
  /** Aborts when the platform has changed or is gone. */
  readonly #replaced = new AbortController();

  constructor(
    readonly route: PlatformRoute,
    private readonly config: TransmitConfig,
    policy: AddressPolicy,
    lookup: LookupFunction,
    unused: Watch<Connection>,
  ) {
    this.authority = authorityOf(route);
    this.member = membersOf({ platform: route.id });
    this.connector = new Connector(route, config, policy, lookup);
    this.connections = new Connections(this.connector, config.TRANSMIT_CONNECTIONS, unused);
  }

  get replaced(): AbortSignal {
    return this.#replaced.signal;
  }

  /** What is under way finishes, but tunnels, which have no end of their own, end. */
  close(): void {
    this.connections.close();
    this.#replaced.abort();
  }

  /** Takes a place among the requests under way; whoever does gives it back with `leave`. */
  enter(): void {
    if (this.traffic.inFlight >= this.config.TRANSMIT_QUEUE) {
      const message = `too many requests to ${named(this.route)} are under way; try again later`;
      throw new DomainError('UPSTREAM_UNREACHABLE', message);
    }
    this.traffic.inFlight += 1;
  }

  leave(): void {
    this.traffic.inFlight -= 1;
  }
}

/** The platforms that requests were forwarded to. */
export class Platforms {
  readonly #byId = new Map<string, Platform>();
  readonly #unused = new Watch<Connection>(LONGEST_UNUSED);

  constructor(
    private readonly config: TransmitConfig,
    private readonly policy: AddressPolicy,
    private readonly lookup: LookupFunction,
  ) {}

  /** The platform of a route; a new one when the route has changed, also when nobody said so. */
  of(route: PlatformRoute): Platform {
    const known = this.#byId.get(route.id);
    if (known && (known.route === route || isDeepStrictEqual(known.route, route))) return known;
    this.forget(route.id);
    const platform = new Platform(route, this.config, this.policy, this.lookup, this.#unused);
    this.#byId.set(route.id, platform);
    return platform;
  }

  forget(id: string): void {
    this.#byId.get(id)?.close();
    this.#byId.delete(id);
  }

  close(): void {
    for (const id of this.#byId.keys()) this.forget(id);
  }

  values(): Iterable<Platform> {
    return this.#byId.values();
  }
}
