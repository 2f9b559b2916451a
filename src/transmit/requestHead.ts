import type { IncomingMessage } from 'node:http';
import { type Hop, linesOf, replacing, requestHeaders } from './headers.js';
import type { Signature } from '../domains/platforms/index.js';
import type { Method } from './target.js';

export interface HeadParts {
  request: IncomingMessage;
  method: Method;
  path: string;
  hop: Hop;
  /** The one to be upgraded to. */
  protocol: string | undefined;
}

/** The head of the request to the platform, as it goes on the wire, with the signature's fields in place of the client's. */
export function requestHead(
  { request, method, path, hop, protocol }: HeadParts,
  signature?: Signature,
): string {
  const { rawHeaders, headers } = request;
  const kept = requestHeaders(rawHeaders, headers, hop);
  const fields = linesOf(signature ? replacing(kept, signature) : kept);
  const upgrade = protocol === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
  const framing = headers['transfer-encoding'] === undefined ? '' : 'Transfer-Encoding: chunked\r\n';
  return `${method} ${path} HTTP/1.1\r\nHost: ${hop.host}\r\n${fields}${upgrade}${framing}\r\n`;
}
