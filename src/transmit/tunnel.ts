import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { linesOf, type RawHeaders } from './headers.js';

/** A client's connection that is to speak another protocol. */
export interface ClientEnd {
  /** As the Upgrade field names it, such as `websocket`. */
  readonly protocol: string;
  readonly socket: Socket;
  /** What the client has sent in the new protocol already. */
  readonly head: Buffer;
}

/** A response on the connection of an upgrade request, for answers that are no upgrade. The connection ends with it. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => response.emit('drain'));
  response.on('finish', () => socket.destroySoon());
  return response;
}

function join(end: Socket, other: Socket): void {
  end.pipe(other);
  // What the other end has been sent already may still arrive.
  end.on('close', () => other.destroySoon());
}

/** Passes bytes both ways until one end closes or both are silent for `idleTimeout` milliseconds. */
export function openTunnel(
  client: ClientEnd,
  platform: Socket,
  headers: RawHeaders,
  idleTimeout: number,
  closed: (bytes: { up: number; down: number }) => void,
): void {
  const { socket, head } = client;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(headers)}\r\n`, 'latin1');
  const base = { read: socket.bytesRead - head.length, written: socket.bytesWritten };
  if (head.length > 0) platform.write(head);
  join(socket, platform);
  join(platform, socket);
  // Every byte passes this end, so that its silence is the silence of both.
  socket.setTimeout(idleTimeout, () => {
    socket.destroy();
    platform.destroy();
  });
  socket.on('close', () =>
    closed({ up: socket.bytesRead - base.read, down: socket.bytesWritten - base.written }),
  );
}
