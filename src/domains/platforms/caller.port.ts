import type { IncomingHttpHeaders } from 'node:http';
import type { PlatformRoute } from './route.service.js';

/** A request that is small enough to be held in memory. */
export interface PlatformCall {
  /** One of the forwarded methods. */
  method: string;
  /** Path and query, percent-encoded, sent as they stand. */
  path: string;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Text is sent as it is, anything else as JSON; see kernel/exactJson.ts for its numbers. */
  body?: unknown;
  /** Of whoever asked for the call. */
  address: string;
  signal: AbortSignal;
  /** Bytes of the answer, which is held in memory too; 1 MiB unless said otherwise. */
  mostAnswered?: number | undefined;
  /** Lists, objects and values of a JSON answer, 1,048,576 unless said otherwise. */
  mostValues?: number | undefined;
  /** Whether it may be sent twice, since it only reads; its method tells where this does not. */
  isRepeatable?: boolean | undefined;
}

/** How a body stands in an answer. */
export const BODY_ENCODINGS = { JSON: 'JSON', TEXT: 'TEXT', BASE64: 'BASE64' } as const;
export type BodyEncoding = keyof typeof BODY_ENCODINGS;

export interface DecodedBody {
  /** Null when there is none. */
  body: unknown;
  bodyEncoding: BodyEncoding | null;
  /** As it was read. */
  text: string;
  /** What it takes in memory, in values of JSON; a text of 64 characters is another. */
  weight: number;
}

export interface PlatformAnswer extends DecodedBody {
  status: number;
  headers: IncomingHttpHeaders;
}

/** How a platform is called: forwarding's own connections, guards, limits and circuit breakers. Throws DomainError. */
export type PlatformCaller = (route: PlatformRoute, call: PlatformCall) => Promise<PlatformAnswer>;
