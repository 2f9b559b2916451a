import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { unmapped } from '../kernel/networks.js';
import { FieldNames } from './fieldNames.js';

/** Fields that end at an intermediary, whether Connection names them or not (RFC 9110 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'];
/** Fields of a request that are for us, or that the next hop gets anew. `Expect` is answered by this server. */
const OURS = ['expect', 'host', 'plat-route-id', 'x-access-token', 'x-forwarded-prefix'];
/** What only a trusted proxy may say. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

const HOP_BY_HOP_FIELDS = new FieldNames(...HOP_BY_HOP);
const DROPPED_FROM_UNCHUNKED = new FieldNames(...HOP_BY_HOP, 'trailer');
/** An interim answer has no body, whatever it says (RFC 9110 8.6). */
const DROPPED_FROM_INTERIM = new FieldNames(...HOP_BY_HOP, 'trailer', 'content-length');
const DROPPED_FROM_PROXY = new FieldNames(...HOP_BY_HOP, ...OURS, 'x-forwarded-for');
const DROPPED_FROM_ANYONE = new FieldNames(...HOP_BY_HOP, ...OURS, ...FORWARDED);

const NO_TRAILERS = new FieldNames(...HOP_BY_HOP, ...OURS, ...FORWARDED, 'content-length', 'trailer');

/** Names and values in turn, as they were sent. */
export type RawHeaders = string[];

/** What this hop tells the platform. */
export interface Hop {
  /** The platform's authority. */
  host: string;
  /** The address of the connection that the request came on, as the socket spells it. */
  peer: string;
  /** The caller's address, which is the connection's unless a trusted proxy reports another. */
  client: string;
  /** Whether the connection comes from a proxy whose X-Forwarded fields are believed. */
  viaTrustedProxy: boolean;
  protocol: 'http' | 'https';
  httpVersion: string;
  viaName: string;
  /** Of which trace the request is a part; what the client says of that is sent on where none is kept here. */
  traceparent?: string | undefined;
}

/** The fields that a Connection header names; undefined when they are only options of the connection itself. */
function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined) return undefined;
  const lower = connection.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close') return undefined;
  const names = new Set(lower.split(',').map((name) => name.trim()));
  // Not the sender's to give away (RFC 9110 7.6.1): without it the next hop would not know where the body ends.
  names.delete('content-length');
  return names;
}

function without(raw: readonly string[], dropped: FieldNames, named: Set<string> | undefined): RawHeaders {
  const kept: RawHeaders = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!dropped.has(name) && !named?.has(name.toLowerCase())) kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** What the proxy reports, with the proxy itself at the end. */
function forwardedFor(headers: IncomingHttpHeaders, { peer }: Hop): string {
  const reported = headers['x-forwarded-for'];
  const address = unmapped(peer);
  return reported === undefined ? address : `${String(reported)}, ${address}`;
}

/** The request's header fields for the platform: order, case and duplicates as they came. */
export function requestHeaders(raw: readonly string[], headers: IncomingHttpHeaders, hop: Hop): RawHeaders {
  const { viaTrustedProxy } = hop;
  const dropped = viaTrustedProxy ? DROPPED_FROM_PROXY : DROPPED_FROM_ANYONE;
  const kept = without(raw, dropped, namedByConnection(headers.connection));
  kept.push('X-Forwarded-For', viaTrustedProxy ? forwardedFor(headers, hop) : hop.client);
  if (!viaTrustedProxy || headers['x-forwarded-host'] === undefined) {
    kept.push('X-Forwarded-Host', headers.host ?? '');
  }
  if (!viaTrustedProxy || headers['x-forwarded-proto'] === undefined) {
    kept.push('X-Forwarded-Proto', hop.protocol);
  }
  kept.push('Via', `${hop.httpVersion} ${hop.viaName}`);
  const { traceparent } = hop;
  if (traceparent === undefined) return kept;
  if (headers.traceparent !== undefined) return replacing(kept, { traceparent });
  kept.push('traceparent', traceparent);
  return kept;
}

/** The fields with these in place of those of the same names. */
export function replacing(raw: RawHeaders, fields: Readonly<Record<string, string>>): RawHeaders {
  const names = new FieldNames(...Object.keys(fields).map((name) => name.toLowerCase()));
  return [...without(raw, names, undefined), ...Object.entries(fields).flat()];
}

/** What of an answer decides about its header fields, beside themselves. */
export interface AnswerHop {
  status: number;
  /** The platform's Connection fields, joined. */
  connection: string | undefined;
  /** Whether the answer goes on in chunks: `Trailer` promises what only these can keep. */
  hasTrailers: boolean;
  /** Whether the client's connection stays open after the answer. */
  isKeptAlive: boolean;
  /** Whether what a browser would show as a document of our origin is kept from acting there. */
  isSandboxed: boolean;
}

const NOT_MODIFIED = 304;
const UPGRADE_REQUIRED = 426;

/** The platform's header fields for the client: order, case and duplicates as they came, and what this hop adds. */
export function responseHeaders(raw: RawHeaders, hop: AnswerHop): RawHeaders {
  const dropped = hop.hasTrailers ? HOP_BY_HOP_FIELDS : DROPPED_FROM_UNCHUNKED;
  const kept = without(raw, dropped, namedByConnection(hop.connection));
  const protocols = hop.status === UPGRADE_REQUIRED ? fieldOf(raw, 'upgrade') : undefined;
  if (protocols !== undefined) {
    // What the client is to choose from (RFC 9110 15.5.22).
    kept.push('Upgrade', protocols, 'Connection', hop.isKeptAlive ? 'Upgrade' : 'close, Upgrade');
  }
  // A 304 changes the fields of an answer that came before; what that one had was settled then.
  if (
    hop.isSandboxed &&
    hop.status !== NOT_MODIFIED &&
    fieldOf(kept, 'content-security-policy') === undefined
  ) {
    kept.push('Content-Security-Policy', 'sandbox');
  }
  // The same path is another platform's with another id.
  kept.push('Vary', 'Plat-Route-Id');
  return kept;
}

/** The header fields of an interim answer for the client. */
export function interimHeaders(raw: RawHeaders, connection: string | undefined): RawHeaders {
  return without(raw, DROPPED_FROM_INTERIM, namedByConnection(connection));
}

/** The platform's fields where this server has set CORS fields: these alone say who may read, and Vary is both's. */
export function besideCors(raw: RawHeaders, ours: OutgoingHttpHeaders): RawHeaders {
  const kept: RawHeaders = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!/^access-control-/i.test(name)) kept.push(name, raw[index + 1] ?? '');
  }
  // Node would let what stands in these fields replace it.
  if (ours.vary !== undefined) kept.push('Vary', ours.vary);
  return kept;
}

/** Header fields as they stand on the wire. */
export function linesOf(raw: RawHeaders): string {
  let lines = '';
  for (let index = 0; index < raw.length; index += 2) lines += `${raw[index]}: ${raw[index + 1]}\r\n`;
  return lines;
}

/** Trailers without what may only stand in a head (RFC 9110 6.5.1). */
export function trailersOf(raw: RawHeaders): RawHeaders {
  return without(raw, NO_TRAILERS, undefined);
}

/** The first value of a field. */
export function fieldOf(raw: RawHeaders, lowerName: string): string | undefined {
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return raw[index + 1];
  }
  return undefined;
}

/** What a caller within the product may not set: it is about the connection, or ours to say. */
const DROPPED_FROM_CALL = new FieldNames(
  ...HOP_BY_HOP,
  ...OURS,
  ...FORWARDED,
  'accept-encoding',
  'content-length',
  'trailer',
  'via',
);

/** The header fields of a call of our own. */
export function callHeaders(given: Readonly<Record<string, string>>, type?: string): Record<string, string> {
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = Object.fromEntries(entries.filter(([name]) => !DROPPED_FROM_CALL.has(name)));
  return { ...(type ? { 'content-type': type } : {}), ...kept };
}

/** Of these the first counts, where Node's own reader has the others dropped. */
const SINGLE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'retry-after',
  'server',
]);

/** The fields of an answer by their names in lower case, as Node's own reader has them. */
export function fieldsOf(raw: RawHeaders): IncomingHttpHeaders {
  const fields: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, value] of inPairs(raw)) {
    const lower = name.toLowerCase();
    const known = Object.hasOwn(fields, lower) ? fields[lower] : undefined;
    if (lower === 'set-cookie') cookies.push(value);
    else if (known === undefined) fields[lower] = value;
    else if (!SINGLE.has(lower)) fields[lower] = `${known}, ${value}`;
  }
  return cookies.length === 0 ? fields : { ...fields, 'set-cookie': cookies };
}

/** The form in which Node takes trailers that may repeat a name. */
export function inPairs(raw: RawHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
