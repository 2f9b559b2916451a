import { CloseCode, type Server } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Logger } from '../log/logger.js';

/** Bytes that wait for a client that does not read, beyond what the system's buffers hold. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Milliseconds in which a client must show that it is there. */
export const KEEP_ALIVE = 12_000;

export interface Carrier {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** Ends the connection of a client that does not read. Asked before anything is sent, since one answer may be larger. */
function requireReader(socket: WebSocket): void {
  if (socket.bufferedAmount > MOST_WAITING) socket.terminate();
}

function keepAlive(socket: WebSocket, period: number): void {
  let isThere = true;
  const timer = setInterval(() => {
    if (!isThere) socket.terminate();
    isThere = false;
    socket.ping();
  }, period);
  socket.on('pong', () => (isThere = true));
  socket.once('close', () => clearInterval(timer));
}

/**
 * Speaks graphql-ws over a socket of ws. The library's own adapter lets answers pile up for a client that does not read,
 * and writes what clients do against the protocol to the console. `period`: milliseconds in which a client must show that it
 * is there.
 */
export function carry(
  server: Server<Carrier>,
  { socket, request }: Carrier,
  { logger, period }: { logger: Logger; period: number },
): void {
  // ws closes the socket by itself.
  socket.on('error', (error) => logger.debug({ err: error }, 'a WebSocket broke'));
  // Answered by ws.
  socket.on('ping', () => requireReader(socket));
  keepAlive(socket, period);
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: async (data) => {
        requireReader(socket);
        if (socket.readyState !== socket.OPEN) return;
        // What cannot be sent is told by the socket's end.
        await new Promise<void>((resolve) => socket.send(data, () => resolve()));
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (read) =>
        socket.on('message', (data: Buffer) => {
          read(data.toString()).catch((error: unknown) => {
            logger.error({ err: error }, 'a WebSocket message failed');
            socket.close(CloseCode.InternalServerError, 'internal error');
          });
        }),
    },
    { socket, request },
  );
  socket.once('close', (code, reason) => void closed(code, reason.toString()));
}
