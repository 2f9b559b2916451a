import { DomainError } from './errors.js';

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

/** The code of a system error; empty for other errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function denied(what: string): DomainError {
  return new DomainError('ADDRESS_DENIED', `${what} has an address that platforms must not have`);
}

/** Why no connection to `what` came about. `certificate` is what TLS found wrong with its certificate. */
export function connectFailure(error: unknown, what: string, certificate?: string): DomainError {
  if (error instanceof DomainError) return error;
  const cause = { cause: error };
  if (certificate !== undefined) {
    const message = `the certificate of ${what} does not verify: ${certificate}`;
    return new DomainError('UPSTREAM_CERTIFICATE', message, {}, cause);
  }
  const code = codeOf(error);
  if (TIMED_OUT.has(code)) {
    return new DomainError('UPSTREAM_TIMEOUT', `${what} did not accept a connection in time`, {}, cause);
  }
  if (HANDSHAKE_FAILED.has(code) || code.startsWith('ERR_SSL')) {
    return new DomainError('UPSTREAM_PROTOCOL', `${what} does not speak TLS as expected`, {}, cause);
  }
  const reason = REASONS[code] ?? 'the connection failed';
  return new DomainError('UPSTREAM_UNREACHABLE', `${what} can't be reached: ${reason}`, {}, cause);
}
