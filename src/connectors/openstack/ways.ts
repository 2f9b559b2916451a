import { once } from 'node:events';
import net from 'node:net';
import { denied } from '../../kernel/connectFailures.js';
import { AddressPolicy, Networks, withoutBrackets } from '../../kernel/networks.js';
import { DEFAULT_PORTS } from '../../kernel/ports.js';
import { BoundedHttp, type HttpAgents, type HttpOptions } from '../../net/boundedHttp.js';
import { guardedLookup } from '../../net/guardedLookup.js';
import type { AgentOptions } from 'node:https';

const LOOPBACK = new Networks(['127.0.0.0/8', '::1/128']);
/** What is denied everywhere, and so behind the LCM too. */
const ANYWHERE = new AddressPolicy([]);

/** Whether each machine means itself by the name. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || (net.isIP(host) !== 0 && LOOPBACK.has(host));

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
  readonly #direct: BoundedHttp;
  readonly #tunnelled: BoundedHttp;
  readonly #chosen = new Map<string, Promise<BoundedHttp>>();

  constructor(private readonly options: WaysOptions) {
    const { addresses, http, agents } = options;
    this.#direct = new BoundedHttp({ ...http, lookup: guardedLookup(addresses) });
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
    // Else what is this machine's would be taken for the cloud's.
    if (isLoopback(host) && !this.options.isHere) return this.#tunnelled;
    return (await this.#accepts(
      host,
      Number(url.port) || DEFAULT_PORTS[url.protocol === 'https:' ? 'https' : 'http'],
    ))
      ? this.#direct
      : this.#tunnelled;
  }

  async #accepts(host: string, port: number): Promise<boolean> {
    const { addresses, direct } = this.options;
    if (!addresses.allowsHost(host)) return false;
    const socket = net.connect({ host, port, lookup: guardedLookup(addresses) });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(direct) });
      return true;
    } catch {
      return false;
    } finally {
      socket.on('error', () => undefined).destroy();
    }
  }
}
