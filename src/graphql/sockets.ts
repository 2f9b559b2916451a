import type { IncomingMessage } from 'node:http';
import { networkOf } from '../kernel/networks.js';

/** A connection, or what lasts as long. */
interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

export interface SocketLimits {
  readonly GRAPHQL_SOCKETS: number;
  readonly GRAPHQL_SOCKETS_PER_ADDRESS: number;
}

/** The open WebSockets and event streams, counted in all and by address. */
export class SocketCounts {
  #all = 0;
  readonly #byNetwork = new Map<string, number>();

  constructor(
    private readonly limits: SocketLimits,
    private readonly addressOf: (request: IncomingMessage) => string,
  ) {}

  get all(): number {
    return this.#all;
  }

  isFull(request: IncomingMessage): boolean {
    const own = this.#byNetwork.get(this.#networkOf(request)) ?? 0;
    return this.#all >= this.limits.GRAPHQL_SOCKETS || own >= this.limits.GRAPHQL_SOCKETS_PER_ADDRESS;
  }

  add(socket: Closing, request: IncomingMessage): void {
    const network = this.#networkOf(request);
    this.#change(network, 1);
    socket.once('close', () => this.#change(network, -1));
  }

  #networkOf(request: IncomingMessage): string {
    return networkOf(this.addressOf(request));
  }

  #change(network: string, by: 1 | -1): void {
    const own = (this.#byNetwork.get(network) ?? 0) + by;
    this.#all += by;
    if (own === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, own);
  }
}
