import type { Database } from '../../database/database.js';
import { rowsBy } from '../../database/rowsBy.js';
import { HeardCache } from '../../database/heardCache.js';
import type { Config } from '../../config/settings.js';
import { withoutBrackets } from '../../kernel/networks.js';
import { DEFAULT_PORTS } from '../../kernel/ports.js';
import { selectionOfFields } from '../../kernel/selection.js';
import { isUuid } from '../../kernel/validation.js';
import { Platform } from './platform.entity.js';
import { PLATFORM_CHANGED, type PlatformEvent } from './platform.topics.js';

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
}

const ROUTED_FIELDS = ['name', 'protocol', 'host', 'port', 'tlsCa', 'tlsVerify'] as const;
const ROUTED = selectionOfFields(ROUTED_FIELDS);
type RoutedPlatform = Pick<Platform, 'id' | (typeof ROUTED_FIELDS)[number]>;

function routeOf({ id, name, protocol, host, port, tlsCa, tlsVerify }: RoutedPlatform): PlatformRoute {
  return {
    id,
    name,
    protocol,
    host: withoutBrackets(host),
    port: port ?? DEFAULT_PORTS[protocol],
    tls: { ca: tlsCa, verify: tlsVerify },
  };
}

/** Routes by platform id, from memory while every change is heard of, else from the database. */
export class RouteService {
  readonly #routes: HeardCache<PlatformRoute>;
  readonly #reading = new Map<string, Promise<PlatformRoute | null>>();

  constructor(
    private readonly database: Database,
    { TRANSMIT_OUTAGE }: Pick<Config, 'TRANSMIT_OUTAGE'>,
  ) {
    const { notifications } = database;
    this.#routes = new HeardCache(notifications, { max: MAX_CACHED, belief: TRANSMIT_OUTAGE });
    notifications.onGap(() => this.#reading.clear());
    this.onChange(({ id }) => {
      this.#routes.delete(id);
      this.#reading.delete(id);
    });
  }

  /** Calls back for every platform that changes, on whichever replica; returns how to stop that. */
  onChange(listener: (event: PlatformEvent) => void): () => void {
    return this.database.notifications.subscribe(PLATFORM_CHANGED, listener);
  }

  /** Null when there is no such platform. Answers without a promise when it is known already. */
  find(text: string): PlatformRoute | null | Promise<PlatformRoute | null> {
    const known = this.#routes.get(text);
    if (known) return known;
    if (!isUuid(text)) return null;
    const id = text.toLowerCase();
    return this.#routes.read(id, () => this.#read(id));
  }

  /** One read at a time for an id. A change in the meantime takes the read out of `#reading`, and its result is not kept. */
  #read(id: string): Promise<PlatformRoute | null> {
    const running = this.#reading.get(id);
    if (running) return running;
    const reading: Promise<PlatformRoute | null> = rowsBy(this.database.reader, Platform, 'id', [id], {
      selection: ROUTED,
    })
      .then(([platform]) => {
        const route = platform ? routeOf(platform) : null;
        if (route && this.#reading.get(id) === reading) this.#routes.set(id, route);
        return route;
      })
      .finally(() => {
        if (this.#reading.get(id) === reading) this.#reading.delete(id);
      });
    this.#reading.set(id, reading);
    return reading;
  }
}
