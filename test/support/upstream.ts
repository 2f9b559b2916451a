import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';

/** A server on a free port of the loopback address, with the connections that it has. */
export interface Upstream<S extends Server = Server> {
  readonly port: number;
  readonly server: S;
  /** In the order in which they were opened. */
  readonly sockets: Socket[];
  close: () => Promise<void>;
}

async function listen<S extends Server>(server: S, port = 0): Promise<Upstream<S>> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    // A fault is the point; what it does to this end is not.
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return { port: addressOf(server).port, server, sockets, close };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address;
}

/** An ordinary HTTP server, which keeps connections for as long as clients want. */
export function httpUpstream(listener: RequestListener, port?: number): Promise<Upstream<http.Server>> {
  return listen(http.createServer({ keepAliveTimeout: 0, noDelay: true }, listener), port);
}

export function httpsUpstream(
  options: https.ServerOptions,
  listener: RequestListener,
): Promise<Upstream<https.Server>> {
  return listen(https.createServer({ keepAliveTimeout: 0, ...options }, listener));
}

/** Anything that can be done with bytes. */
export function tcpUpstream(listener: (socket: Socket) => void): Promise<Upstream> {
  return listen(net.createServer(listener));
}

/** Answers the n-th request head with the n-th script, whatever it says; heads are told apart by their empty line. */
export function scriptedUpstream(...scripts: ((socket: Socket) => void)[]): Promise<Upstream> {
  let next = 0;
  return tcpUpstream((socket) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
        received = received.slice(end + 4);
        scripts[Math.min(next++, scripts.length - 1)]?.(socket);
      }
    });
  });
}

/** A port of the loopback address on which nothing listens. */
export async function closedPort(): Promise<number> {
  const upstream = await tcpUpstream(() => undefined);
  await upstream.close();
  return upstream.port;
}
