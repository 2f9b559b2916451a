import { codeOf, connectFailure as connectFailureOf } from '../kernel/connectFailures.js';
import { DomainError } from '../kernel/errors.js';
import { HangUp } from './connection.js';
import type { PlatformRoute } from './ports.js';

/** How messages name a platform. */
export function named({ name }: PlatformRoute): string {
  return `platform ${JSON.stringify(name)}`;
}

export function timedOut(route: PlatformRoute, what: string): DomainError {
  return new DomainError('UPSTREAM_TIMEOUT', `${named(route)} ${what}`);
}

/** A tunnel that may not be opened any more. */
export function closing(route: PlatformRoute): DomainError {
  const message = `the tunnel to ${named(route)} was closed before it was open: its caller's session ended, the platform changed, or the server stops`;
  return new DomainError('UPSTREAM_UNREACHABLE', message);
}

/** Why no connection came about. `certificate` is what TLS found wrong with the platform's. */
export function connectFailure(error: unknown, route: PlatformRoute, certificate?: string): DomainError {
  return connectFailureOf(error, named(route), certificate);
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
