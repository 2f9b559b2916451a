import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Offers that every server may ignore (RFC 9110 7.8): HTTP/2, which no longer comes this way, and TLS. */
const IGNORED = /^(?:h2c|tls\/)/i;
/** Fields that are about the offer alone. */
const OFFERING = new Set(['upgrade', 'http2-settings']);

const listOf = (value = ''): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The protocols that a request offers to go on with, as a field's value; undefined for none that could be taken up. */
export function offeredBy({ headers, httpVersionMinor }: IncomingMessage): string | undefined {
  // RFC 9110 7.8: not from HTTP/1.0.
  if (httpVersionMinor === 0) return undefined;
  const offered = listOf(headers.upgrade).filter((protocol) => !IGNORED.test(protocol));
  return offered.length === 0 ? undefined : offered.join(', ');
}

/** The head of the request as it would be without the offer. */
export function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let lines = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (OFFERING.has(lower)) continue;
    if (lower !== 'connection') lines += `${name}: ${value}\r\n`;
    else {
      const options = listOf(value).filter((option) => !OFFERING.has(option.toLowerCase()));
      if (options.length > 0) lines += `${name}: ${options.join(', ')}\r\n`;
    }
  }
  return Buffer.from(`${lines}\r\n`, 'latin1');
}

/** What a client offers to speak on its connection instead of HTTP, as soon as its request has been answered with 101. */
export class Offer {
  #isTaken = false;

  constructor(
    /** As the Upgrade field lists it. */
    readonly protocol: string,
    private readonly socket: Socket,
    /** What the client has sent beyond its request: the first of the new protocol, if the offer is taken up. */
    private readonly early: Buffer,
  ) {}

  /** Takes the connection from the HTTP server, so that all that comes on it is still to be read. */
  take(response: ServerResponse): Socket {
    this.#isTaken = true;
    response.detachSocket(this.socket);
    // The HTTP server's, which would read on; what else it listens for ends its own part when the connection closes.
    this.socket.removeAllListeners('data').removeAllListeners('end');
    if (this.early.length > 0) this.socket.unshift(this.early);
    return this.socket;
  }

  /** HTTP goes on with what the client has sent beyond its request. */
  decline(): void {
    if (this.#isTaken || this.socket.destroyed) return;
    if (this.early.length > 0) this.socket.unshift(this.early);
    this.socket.resume();
  }
}
