import { once } from 'node:events';
import net from 'node:net';
import { denied } from '../../kernel/connectFailures.js';
import { AddressPolicy, Networks, withoutBrackets } from '../../kernel/networks.js';
import { DEFAULT_PORTS } from '../../kernel/ports.js';
import { BoundedHttp, type HttpAgents, type HttpOptions } from '../../net/boundedHttp.js';
import { guardedLookup } from '../../net/guardedLookup.js';
import type { AgentOptions } from 'node:https';

/** By which each machine means itself. */
const ITSELF = ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'];
const ITSELF_NETWORKS = new Networks(ITSELF);
/** What is denied everywhere, and so behind the LCM too. */
const ANYWHERE = new AddressPolicy([]);

/** Whether each machine means itself by the name. */
export const isItself = (host: string): boolean =>
  host === 'localhost' || (net.isIP(host) !== 0 && ITSELF_NETWORKS.has(host));

export interface WaysOptions {
  addresses: AddressPolicy;
  http: HttpOptions;
  /** Milliseconds that an address has to accept a direct connection. */
  direct: number;
  /** Makes connections through the LCM. */
  agents: (options: AgentOptions) => HttpAgents;
  /** Whether the LCM is this machine. */
  isHere: boolean;
}

/** How a cloud's addresses are reached: directly where that works, else through the LCM. What worked is kept. */
export class Ways {
  /** What is reached directly. */
  readonly #reachable: AddressPolicy;
  readonly #direct: BoundedHttp;
  readonly #tunnelled: BoundedHttp;
  readonly #chosen = new Map<string, Promise<BoundedHttp>>();

  constructor(private readonly options: WaysOptions) {
    const { addresses, isHere, http, agents } = options;
    // Else what is this machine's would be taken for the cloud's.
    this.#reachable = isHere ? addresses : addresses.without(ITSELF);
    this.#direct = new BoundedHttp({ ...http, lookup: guardedLookup(this.#reachable) });
    this.#tunnelled = new BoundedHttp({ ...http, agents });
  }

  /** Throws DomainError for an address that is denied. */
  to(url: URL): Promise<BoundedHttp> {
    const chosen = this.#chosen.get(url.origin) ?? this.#choose(url);
    this.#chosen.set(url.origin, chosen);
    return chosen;
  }

  close(): void {
    this.#direct.close();
    this.#tunnelled.close();
  }

  async #choose(url: URL): Promise<BoundedHttp> {
    const host = withoutBrackets(url.hostname);
    if (!ANYWHERE.allowsHost(host)) throw denied(url.origin);
    return (await this.#accepts(
      host,
      Number(url.port) || DEFAULT_PORTS[url.protocol === 'https:' ? 'https' : 'http'],
    ))
      ? this.#direct
      : this.#tunnelled;
  }

  async #accepts(host: string, port: number): Promise<boolean> {
    if (!this.#reachable.allowsHost(host)) return false;
    const socket = net.connect({ host, port, lookup: guardedLookup(this.#reachable) });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(this.options.direct) });
      return true;
    } catch {
      return false;
    } finally {
      socket.on('error', () => undefined).destroy();
    }
  }
}
