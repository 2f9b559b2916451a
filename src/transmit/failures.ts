import { codeOf, connectFailure as connectFailureOf } from '../kernel/connectFailures.js';
import { DomainError } from '../kernel/errors.js';
import type { PlatformRoute } from '../domains/platforms/index.js';
import { ProtocolError } from './responseHead.js';

/** The platform ended the connection before its answer was complete. */
export class HangUp extends Error {
  override readonly name = 'HangUp';
}

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

/** A request that is not sent, since what it would say of who asks is no longer the platform's to hear. */
export function replaced(route: PlatformRoute): DomainError {
  const message = `${named(route)} was changed while the request was signed, which was not sent; send it again`;
  return new DomainError('UPSTREAM_UNREACHABLE', message);
}

/** Why no connection came about. `certificate` is what TLS found wrong with the platform's. */
export function connectFailure(error: unknown, route: PlatformRoute, certificate?: string): DomainError {
  return connectFailureOf(error, named(route), certificate);
}

function invalid(error: Error): string {
  const what = 'did not answer in valid HTTP';
  return error instanceof ProtocolError ? `${what}: ${error.message}` : what;
}

/** Why a request that had a connection was not answered. */
export function exchangeFailure(error: Error, route: PlatformRoute): DomainError {
  if (error instanceof DomainError) return error;
  const message = `${named(route)} ${isHangUp(error) ? 'hung up before it answered' : invalid(error)}`;
  return new DomainError('UPSTREAM_PROTOCOL', message, {}, { cause: error });
}

/** Whether the connection ended, rather than carried nonsense. */
export function isHangUp(error: Error): boolean {
  const code = codeOf(error);
  return error instanceof HangUp || code === 'ECONNRESET' || code === 'EPIPE';
}
