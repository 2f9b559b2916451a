import type { IncomingMessage } from 'node:http';
import { type Hop, linesOf, requestHeaders } from './headers.js';
import type { Method } from './target.js';

/** The head of the request to the platform, as it goes on the wire. `protocol` is the one to be upgraded to. */
export function requestHead(
  request: IncomingMessage,
  method: Method,
  path: string,
  hop: Hop,
  protocol?: string,
): string {
  const { rawHeaders, headers } = request;
  const fields = linesOf(requestHeaders(rawHeaders, headers, hop));
  const upgrade = protocol === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
  const framing = headers['transfer-encoding'] === undefined ? '' : 'Transfer-Encoding: chunked\r\n';
  return `${method} ${path} HTTP/1.1\r\nHost: ${hop.host}\r\n${fields}${upgrade}${framing}\r\n`;
}
