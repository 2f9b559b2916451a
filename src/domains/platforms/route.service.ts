import type { Config } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { rowsBy } from '../../database/rowsBy.js';
import { withoutBrackets } from '../../kernel/networks.js';
import { DEFAULT_PORTS } from '../../kernel/ports.js';
import { selectionOfFields } from '../../kernel/selection.js';
import { Platform, PlatformKind } from './platform.entity.js';
import { PLATFORM_CHANGED, type PlatformEvent } from './platform.topics.js';
import { PlatformCache } from './platformCache.js';

const MAX_CACHED = 10_000;

/** Where requests for a platform go. */
export interface PlatformRoute {
  readonly id: string;
  readonly name: string;
  readonly protocol: 'http' | 'https';
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: string | null; readonly verify: boolean };
  /** Whether there are credentials to sign requests with. */
  readonly isSigned: boolean;
}

/** What a route is made of. */
export const ROUTED_FIELDS = [
  'name',
  'kind',
  'protocol',
  'host',
  'port',
  'tlsCa',
  'tlsVerify',
  'hasCredentials',
] as const;
const ROUTED = selectionOfFields(ROUTED_FIELDS);
type RoutedPlatform = Pick<Platform, 'id' | (typeof ROUTED_FIELDS)[number]>;

export function routeOf({ id, name, kind, protocol, host, port, ...rest }: RoutedPlatform): PlatformRoute {
  return {
    id,
    name,
    protocol,
    host: withoutBrackets(host),
    port: port ?? DEFAULT_PORTS[protocol],
    tls: { ca: rest.tlsCa, verify: rest.tlsVerify },
    isSigned: kind === PlatformKind.MODELARTS && rest.hasCredentials,
  };
}

/** The host and, unless it is the protocol's own, port, as they stand in Host (RFC 9110 7.2). */
export function authorityOf({ protocol, host, port }: PlatformRoute): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === DEFAULT_PORTS[protocol] ? name : `${name}:${port}`;
}

/** Routes by platform id. */
export class RouteService {
  readonly #routes: PlatformCache<PlatformRoute>;

  constructor(
    private readonly database: Database,
    config: Pick<Config, 'TRANSMIT_OUTAGE'>,
  ) {
    this.#routes = new PlatformCache(database, config, MAX_CACHED, (id) => this.#load(id));
  }

  /** Calls back for every platform that changes, on whichever replica; returns how to stop that. */
  onChange(listener: (event: PlatformEvent) => void): () => void {
    return this.database.notifications.subscribe(PLATFORM_CHANGED, listener);
  }

  /** Null when there is no such platform. Answers without a promise when it is known already. */
  find(id: string): PlatformRoute | null | Promise<PlatformRoute | null> {
    return this.#routes.find(id);
  }

  async #load(id: string): Promise<PlatformRoute | null> {
    const [platform] = await rowsBy(this.database.reader, Platform, 'id', [id], { selection: ROUTED });
    return platform ? routeOf(platform) : null;
  }
}
