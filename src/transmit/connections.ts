import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Connector } from './connector.js';

/** Unused connections are closed before a usual server (5 s and more) would, unless it names a time itself. */
const IDLE_TIMEOUT = 4_000;

/** One connection to a platform, opened when first used and again when it was lost. */
export class Connection {
  /** The requests that the present socket has carried. */
  served = 0;
  socket: Socket | undefined;
  readonly client: Client;

  constructor(connector: Connector) {
    // The name is never resolved: the connector knows where to.
    this.client = new Client('http://platform.invalid', {
      connect: (_options, callback) =>
        connector.connect((...result) => {
          this.served = 0;
          this.socket = result[1] ?? undefined;
          callback(...result);
        }),
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: IDLE_TIMEOUT,
      // Time is kept for all requests at once, see watch.ts.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

export interface ConnectionUser {
  /** Called when it is this user's turn; it must release the connection in the end. */
  start: (connection: Connection) => void;
}

/** The connections to one platform. Users get one that is free, or a new one, or wait for their turn. */
export class Connections {
  /** Last in, first out, so that surplus connections fall idle and are closed. */
  readonly #free: Connection[] = [];
  readonly #waiting = new Set<ConnectionUser>();
  #made = 0;
  #closed = false;

  constructor(
    private readonly connector: Connector,
    private readonly limit: number,
  ) {}

  acquire(user: ConnectionUser): void {
    const connection = this.#waiting.size === 0 ? this.#take() : undefined;
    if (connection) user.start(connection);
    else this.#waiting.add(user);
  }

  /** Whether the user was still waiting. */
  cancel(user: ConnectionUser): boolean {
    return this.#waiting.delete(user);
  }

  release(connection: Connection): void {
    this.#free.push(connection);
    // Not at once: undici's client is in the middle of ending the request that had the connection.
    if (this.#waiting.size > 0) setImmediate(() => this.#serve());
    else if (this.#closed) this.#closeFree();
  }

  /** Closes what is free now, and the rest as it is released. */
  close(): void {
    this.#closed = true;
    this.#closeFree();
  }

  #take(): Connection | undefined {
    const free = this.#free.pop();
    if (free || this.#made >= this.limit) return free;
    this.#made += 1;
    return new Connection(this.connector);
  }

  #serve(): void {
    for (const user of this.#waiting) {
      const connection = this.#take();
      if (!connection) return;
      this.#waiting.delete(user);
      user.start(connection);
    }
    if (this.#closed) this.#closeFree();
  }

  #closeFree(): void {
    for (const { client } of this.#free.splice(0)) void client.close();
  }
}
