import { FieldNames } from './fieldNames.js';
import type { RawHeaders } from './headers.js';

/** What a platform sent was not HTTP; the message says in what, in words of ours alone. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Bytes of a head, or of trailers. */
export const MOST_HEAD = 65_536;

export function tooLongHead(): ProtocolError {
  return new ProtocolError(`a head of more than ${MOST_HEAD} bytes`);
}

/** How the end of a body is known (RFC 9112 6.3). */
export type Framing =
  | { kind: 'none' }
  | { kind: 'length'; bytes: number }
  | { kind: 'chunked' }
  | { kind: 'close' };

export interface ResponseHead {
  status: number;
  reason: string;
  headers: RawHeaders;
  framing: Framing;
  /** The Connection fields, joined. */
  connection: string | undefined;
  /** How long the platform keeps the connection for the next request, in milliseconds: 0 for not at all. */
  keptFor: number;
}

/** How lines end; old devices leave the carriage return out, then of every line (RFC 9112 2.2). */
export type LineEnd = '\r\n' | '\n';

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\x20-\x7e\x80-\xff]*))?\r?\n/;
/**
 * A field line without its end. White space before the colon is dropped, as a proxy must (RFC 9112 5.1). The value
 * begins with a character that is no white space, so that a malformed line is found out in linear time.
 */
const FIELD = /([!#$%&'*+\-.^_`|~\dA-Za-z]+)[ \t]*:[ \t]*((?:[\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)?)/y;
const LENGTH = /^\d{1,15}$/;
const KEPT_SECONDS = /(?:^|[,; ])timeout=(\d{1,9})/i;
const HAS_CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const HAS_KEEP_ALIVE = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

const MILLISECONDS = 1_000;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const FIRST_FINAL = 200;

const NONE: Framing = { kind: 'none' };
const CHUNKED: Framing = { kind: 'chunked' };
const UNTIL_CLOSE: Framing = { kind: 'close' };

/** Without the optional white space at its end; `trimEnd` would take 0xA0, which is text in Latin-1. */
function withoutSpace(value: string): string {
  let end = value.length;
  while (end > 0 && (value[end - 1] === ' ' || value[end - 1] === '\t')) end -= 1;
  return end === value.length ? value : value.slice(0, end);
}

/** Reads field lines from `start` up to the end of the text, the last line's end included. */
export function readFields(text: string, start: number, lineEnd: LineEnd): RawHeaders {
  const headers: RawHeaders = [];
  let at = start;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const field = FIELD.exec(text);
    if (!field || !text.startsWith(lineEnd, FIELD.lastIndex))
      throw new ProtocolError('a malformed header field');
    headers.push(field[1] ?? '', withoutSpace(field[2] ?? ''));
    at = FIELD.lastIndex + lineEnd.length;
  }
  return headers;
}

/** The fields that say how long the body and the connection last. */
interface Lasting {
  length?: string;
  coding?: string;
  connection?: string;
  kept?: string;
}

const LASTING = new FieldNames('content-length', 'transfer-encoding', 'connection', 'keep-alive');

function lastingOf(headers: RawHeaders): Lasting {
  const lasting: Lasting = {};
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    const name = headers[index] ?? '';
    if (!LASTING.has(name)) continue;
    switch (name.toLowerCase()) {
      case 'content-length':
        if (lasting.length !== undefined) throw new ProtocolError('more than one Content-Length');
        lasting.length = value;
        break;
      case 'transfer-encoding':
        lasting.coding = lasting.coding === undefined ? value : `${lasting.coding}, ${value}`;
        break;
      case 'connection':
        lasting.connection = lasting.connection === undefined ? value : `${lasting.connection}, ${value}`;
        break;
      case 'keep-alive':
        lasting.kept = value;
        break;
    }
  }
  return lasting;
}

function framingOf(status: number, method: string, { length, coding }: Lasting): Framing {
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new ProtocolError('a transfer coding other than chunked');
  // Two opinions on where a body ends are how answers are smuggled (RFC 9112 6.3).
  if (coding !== undefined && length !== undefined) throw new ProtocolError('both a length and chunks');
  if (length !== undefined && !LENGTH.test(length)) throw new ProtocolError('a malformed Content-Length');
  if (method === 'HEAD' || status < FIRST_FINAL || status === NO_CONTENT || status === NOT_MODIFIED)
    return NONE;
  if (coding !== undefined) return CHUNKED;
  return length === undefined ? UNTIL_CLOSE : { kind: 'length', bytes: Number(length) };
}

function keptFor(version: string, { connection = '', kept }: Lasting): number {
  const isKept = version === '1' ? !HAS_CLOSE.test(connection) : HAS_KEEP_ALIVE.test(connection);
  if (!isKept) return 0;
  const seconds = kept === undefined ? undefined : KEPT_SECONDS.exec(kept)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * MILLISECONDS;
}

/** Reads a response's status line and fields; `text` ends with the end of the last field line. */
export function readHead(text: string, method: string, lineEnd: LineEnd): ResponseHead {
  const line = STATUS_LINE.exec(text);
  if (!line) throw new ProtocolError('a malformed status line');
  const [whole, version = '', code = '', reason = ''] = line;
  const status = Number(code);
  if (status < FIRST_FINAL && version === '0') throw new ProtocolError('an interim answer of HTTP/1.0');
  const headers = readFields(text, whole.length, lineEnd);
  const lasting = lastingOf(headers);
  return {
    status,
    reason,
    headers,
    framing: framingOf(status, method, lasting),
    connection: lasting.connection,
    keptFor: keptFor(version, lasting),
  };
}
