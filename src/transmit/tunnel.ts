import type { Socket } from 'node:net';
import { linesOf, type RawHeaders } from './headers.js';

function join(end: Socket, other: Socket): void {
  end.pipe(other);
  // What the other end has been sent already may still arrive.
  end.on('close', () => other.destroySoon());
}

export interface TunnelOptions {
  /** Of the platform's answer. */
  headers: RawHeaders;
  /** Longest silence, in milliseconds. */
  idleTimeout: number;
  /** Ends it. */
  signal: AbortSignal;
  closed: (bytes: { up: number; down: number }) => void;
}

/** Passes bytes both ways until one end closes, both are silent for too long, or the signal says so. */
export function openTunnel(
  socket: Socket,
  platform: Socket,
  { headers, idleTimeout, signal, closed }: TunnelOptions,
): void {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(headers)}\r\n`, 'latin1');
  const base = { read: socket.bytesRead - socket.readableLength, written: socket.bytesWritten };
  join(socket, platform);
  join(platform, socket);
  // Every byte passes this end, so that its silence is the silence of both.
  const end = () => {
    socket.destroy();
    platform.destroy();
  };
  socket.setTimeout(idleTimeout, end);
  signal.addEventListener('abort', end);
  socket.on('close', () => {
    signal.removeEventListener('abort', end);
    closed({ up: socket.bytesRead - base.read, down: socket.bytesWritten - base.written });
  });
}
