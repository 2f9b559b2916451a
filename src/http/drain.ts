import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds. */
const SWEEP_INTERVAL = 50;

/** Ends a server without breaking off what it answers. */
export class Drain {
  /** All that are open, also those that speak TLS or another protocol. */
  readonly #sockets = new Set<Socket>();
  /** The last response of each connection, once retired. */
  readonly #latest = new WeakMap<Socket, ServerResponse>();

  constructor(private readonly server: Server) {
    const keep = (socket: Socket) => {
      // The front may give a connection to the server anew.
      if (this.#sockets.has(socket)) return;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    };
    server.on('connection', keep).on('secureConnection', keep);
  }

  /** From now on a connection ends with its next answer, which says so, so that its client asks elsewhere. */
  retire(): void {
    const mark = (request: IncomingMessage, response: ServerResponse) => this.#mark(request, response);
    this.server.prependListener('request', mark).prependListener('checkExpectation', mark);
  }

  /** Of requests that were sent ahead, all are answered. */
  #mark({ socket }: IncomingMessage, response: ServerResponse): void {
    const earlier = this.#latest.get(socket);
    if (earlier && !earlier.headersSent) earlier.shouldKeepAlive = true;
    response.shouldKeepAlive = false;
    this.#latest.set(socket, response);
  }

  /** Accepts nothing more, closes what is idle, and after `timeout` ms all that is left. */
  async close(timeout: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const sweep = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
    const cut = setTimeout(() => this.#cut(), timeout);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  }

  /** A connection that was busy becomes idle later and would stay until its keep-alive runs out. */
  #sweep(): void {
    this.server.closeIdleConnections();
    // Node counts one on which nothing ever came as busy.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
