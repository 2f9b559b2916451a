import { ReadError, RequestError, TimeoutError } from 'got';
import type { z } from 'zod';
import { codeOf, connectFailure } from '../kernel/connectFailures.js';
import { DomainError } from '../kernel/errors.js';
import { tidy } from './text.js';

/** Whom a failure is about. */
export interface Named {
  /** How messages name it. */
  readonly named: string;
  /** The text without our credentials there. */
  readonly conceal: (text: string) => string;
}

/** What Node finds wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

export function protocolFailure({ named, conceal }: Named, what: string, cause?: unknown): DomainError {
  return new DomainError('UPSTREAM_PROTOCOL', `${named} ${conceal(what)}`, {}, { cause });
}

/** What is wrong with something that a foreign system sent. */
export function complaintOf({ issues: [issue] }: z.ZodError): string {
  return `${tidy(issue?.path.join('.') || 'its answer')}: ${issue?.message}`;
}

const CUT = 'ERR_HTTP_CONTENT_LENGTH_MISMATCH';

const isHangUp = (code: string) => code === 'ECONNRESET' || code === 'EPIPE';

const TRANSIENT_STATUS = new Set([429, 500, 502, 503, 504]);

/** The HTTP status of a failure that is one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof DomainError ? error.details.upstream?.status : undefined;
}

/** Whether the same call may well succeed in a moment. */
export function isTransient(error: unknown): error is DomainError {
  if (!(error instanceof DomainError)) return false;
  return TRANSIENT_STATUS.has(statusOf(error) ?? 0) || isHangUp(codeOf(error.cause));
}

/** Whether less came than was announced. */
export function isCut(error: unknown): error is DomainError {
  return error instanceof DomainError && codeOf(error.cause) === CUT;
}

/** Why a request failed, as the doors can tell it. */
export function failureOf(error: unknown, whom: Named): unknown {
  if (!(error instanceof RequestError)) return error;
  if (error.cause instanceof DomainError) return error.cause;
  if (error instanceof TimeoutError) {
    return new DomainError('UPSTREAM_TIMEOUT', `${whom.named} did not answer in time: ${error.event}`);
  }
  // got's own error holds the request with its credentials, which no log must get.
  const own = Object.assign(new Error(error.message), { code: error.code });
  const cause = error.cause instanceof Error ? error.cause : own;
  const code = codeOf(cause) || error.code;
  if (error instanceof ReadError)
    return protocolFailure(whom, 'broke off in the middle of its answer', cause);
  if (isHangUp(code)) return protocolFailure(whom, 'hung up before it answered', cause);
  if (code.startsWith('HPE_')) return protocolFailure(whom, 'did not answer in valid HTTP', cause);
  return connectFailure(cause, whom.named, CERTIFICATE.test(code) ? code : undefined);
}
