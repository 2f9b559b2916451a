import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type DomainError, type ErrorCode, HTTP_STATUS } from './errors.js';
import { discardBody, hasBody } from './requestBody.js';

/** An error answer as a door spells it; `headers` without Content-Length. */
export interface SpelledError {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  NO_SUCH_PATH: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  FORWARDING_LOOP: 508,
  ...HTTP_STATUS,
};

/** Where no system's document says another: HTTP's own, and 400 for what it has none for. */
export const plainStatusOf = ({ code }: DomainError): number => STATUS[code] ?? 400;

/** What a failure says in HTTP's header fields at every door, its details among them. */
export function detailHeaders({ details: { retryAfter, allow } }: DomainError): Record<string, string> {
  return {
    // Of the moment, and of whoever asked.
    'Cache-Control': 'no-store',
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(allow === undefined ? {} : { Allow: allow.join(', ') }),
  };
}

export type Spell = (error: DomainError, requestId: string) => SpelledError;

/** Answers with an error of our own. */
export function refuse(response: ServerResponse, error: DomainError, requestId: string, spell: Spell): void {
  if (response.destroyed || response.headersSent) return;
  const { req: request } = response;
  const { status, headers, body } = spell(error, requestId);
  const isUnread = hasBody(request) && !request.complete;
  response.writeHead(status, {
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    ...(isUnread ? { Connection: 'close' } : {}),
  });
  if (!isUnread) {
    response.end(body);
    return;
  }
  // The client has its whole answer with this; ending it closes the connection, on which the client may still be sending.
  response.write(body);
  discardBody(request, () => response.end());
}

/** Closes a connection so that the peer can't take what it has for the whole answer. */
export function reset(socket: Socket): void {
  // A TLS connection can't be reset, but one that ends without its closing alert is an error just the same.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
