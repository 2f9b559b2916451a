import { DomainError } from '../kernel/errors.js';
import { HangUp } from './connection.js';
import type { PlatformRoute } from './ports.js';

const TIMED_OUT = new Set(['ETIMEDOUT']);
/** What a peer that accepts connections but does not speak TLS brings about. */
const HANDSHAKE_FAILED = new Set(['EPROTO', 'ECONNRESET']);

const REASONS: Record<string, string> = {
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it refuses connections',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no route to its network',
  ENOTFOUND: 'its name is unknown',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** How messages name a platform. */
export function named({ name }: PlatformRoute): string {
  return `platform ${JSON.stringify(name)}`;
}

export function denied(what: string): DomainError {
  return new DomainError('ADDRESS_DENIED', `${what} has an address that platforms must not have`);
}

export function timedOut(route: PlatformRoute, what: string): DomainError {
  return new DomainError('UPSTREAM_TIMEOUT', `${named(route)} ${what}`);
}

/** Why no connection came about. `certificate` is what TLS found wrong with the platform's. */
export function connectFailure(error: unknown, route: PlatformRoute, certificate?: string): DomainError {
  if (error instanceof DomainError) return error;
  const cause = { cause: error };
  if (certificate !== undefined) {
    const message = `the certificate of ${named(route)} does not verify: ${certificate}`;
    return new DomainError('UPSTREAM_CERTIFICATE', message, {}, cause);
  }
  const code = codeOf(error);
  if (TIMED_OUT.has(code)) return timedOut(route, 'did not accept a connection in time');
  if (HANDSHAKE_FAILED.has(code) || code.startsWith('ERR_SSL')) {
    return new DomainError('UPSTREAM_PROTOCOL', `${named(route)} does not speak TLS as expected`, {}, cause);
  }
  const reason = REASONS[code] ?? 'the connection failed';
  return new DomainError('UPSTREAM_UNREACHABLE', `${named(route)} can't be reached: ${reason}`, {}, cause);
}

/** Why a request that had a connection was not answered. */
export function exchangeFailure(error: Error, route: PlatformRoute): DomainError {
  if (error instanceof DomainError) return error;
  const what = isHangUp(error) ? 'hung up before it answered' : 'did not answer in valid HTTP';
  return new DomainError('UPSTREAM_PROTOCOL', `${named(route)} ${what}`, {}, { cause: error });
}

/** Whether the connection ended, rather than carried nonsense. */
export function isHangUp(error: Error): boolean {
  const code = codeOf(error);
  return error instanceof HangUp || code === 'ECONNRESET' || code === 'EPIPE';
}
