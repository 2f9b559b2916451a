import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { closeGently } from '../kernel/closeGently.js';
import { DomainError } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';
import { headersTooLarge, unknownCoding } from './head.js';

/** A request line; what looks like one in a body misleads only its own sender. */
const REQUEST_LINE = /^[A-Z]+ (\S+) HTTP\/1\.\d\r?$/gm;

/** What Node emits as `clientError`. */
export interface BrokenRequest extends Error {
  code?: string;
  reason?: string;
  /** What was being read, and how far it was understood. */
  rawPacket?: Buffer;
  bytesParsed?: number;
}

/** What is to be answered to bytes that are no request; undefined when the connection broke and nobody listens. */
export function faultOf({ code = '', reason = '' }: BrokenRequest): DomainError | undefined {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge();
    case 'HPE_INVALID_TRANSFER_ENCODING':
      // Node's parser has the same code for a body with two framings.
      if (!reason.includes('Content-Length')) return unknownCoding();
      break;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new DomainError('REQUEST_TIMEOUT', 'the request did not come to its end in time');
  }
  if (!code.startsWith('HPE_')) return undefined;
  return new DomainError('MALFORMED_REQUEST', 'what came is no valid HTTP request');
}

/** The target of the request that broke off, as far as it can be made out. */
export function targetOf({ rawPacket, bytesParsed }: BrokenRequest): string {
  const text = rawPacket?.toString('latin1', 0, bytesParsed) ?? '';
  return [...text.matchAll(REQUEST_LINE)].at(-1)?.[1] ?? '';
}

/** Answers on a connection that the HTTP server has given up, and closes it. */
export function answerLast(socket: Socket, { status, headers, body }: SpelledError): void {
  const fields = { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  closeGently(socket, `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
