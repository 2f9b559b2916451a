import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DomainError, ErrorCode } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';
import { requestIdFrom } from '../kernel/requestId.js';
import { accessRecord } from '../log/access.js';
import type { RequestLog } from '../log/logger.js';
import type { Envelope } from './envelopes.js';

/** Of the requests that are being answered. */
const requestIds = new WeakMap<ServerResponse, string>();

/** Of those that fail where nothing else tells why. */
const failures = new WeakMap<ServerResponse, ErrorCode>();

/** Puts the code into the line about the request. */
export const noteFailure = (response: ServerResponse, code: ErrorCode): void =>
  void failures.set(response, code);

export const requestIdOf = (response: ServerResponse): string => requestIds.get(response) ?? '';

export type Observe = (request: IncomingMessage, response: ServerResponse) => string;

/** Gives each request its id and logs its end. */
export function observing(log: RequestLog, addressOf: (request: IncomingMessage) => string): Observe {
  return (request, response) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    requestIds.set(response, requestId);
    response.setHeader('X-Request-Id', requestId);
    // Express changes the target on its way.
    const { method, url: target = '' } = request;
    const startedAt = performance.now();
    response.once('close', () => {
      const address = addressOf(request);
      const status = response.statusCode;
      const access = accessRecord({ requestId, address, method, target, status, startedAt });
      log.info({ ...access, error: failures.get(response) }, 'request');
    });
    return requestId;
  };
}

/** What was no request gets an id and a line as well. */
export function spellBroken(
  log: RequestLog,
  { target, address, error }: { target: string; address: string; error: DomainError },
  envelope: Envelope,
): SpelledError {
  const requestId = randomUUID();
  const spelled = envelope(error, requestId);
  const { status, headers } = spelled;
  log.info({ ...accessRecord({ requestId, address, target, status }), error: error.code }, 'request');
  return { ...spelled, headers: { ...headers, 'X-Request-Id': requestId } };
}
