import type { Duplex } from 'node:stream';

/** So that the client gets to see an answer although it is still sending, in milliseconds. */
const LINGERING = 2_000;

/** Closes a connection whose client may still be sending, so that it gets to see what was sent to it. */
export function closeGently(socket: Duplex, last = ''): void {
  socket.end(last);
  const timer = setTimeout(() => socket.destroy(), LINGERING);
  socket.once('close', () => clearTimeout(timer)).once('end', () => socket.destroy());
  socket.resume();
}
