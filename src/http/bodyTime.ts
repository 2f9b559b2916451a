import type { IncomingMessage } from 'node:http';

/** Bodies of our own doors are small; a sender that takes longer is cut off. Milliseconds. */
const BODY_TIMEOUT = 30_000;

/** Cuts off who takes too long to send a body. */
export function limitBodyTime(request: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return;
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT);
  const stop = () => clearTimeout(timer);
  request.once('end', stop).once('close', stop);
}
