import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DomainError, ErrorCode } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';
import { requestIdFrom } from '../kernel/requestId.js';
import { accessMembers, membersOf } from '../log/access.js';
import type { RequestLog } from '../log/logger.js';
import type { Envelope } from './envelopes.js';
import type { Outcome, RequestMeter } from './requestMeter.js';

/** What is known of a request that is being answered. */
interface Observed extends Partial<Outcome> {
  readonly requestId: string;
  /** Why it failed, where nothing else tells. */
  failure?: ErrorCode;
  /** Whether its answer lasts as long as the client likes. */
  isStream?: boolean;
}

const observed = new WeakMap<ServerResponse, Observed>();

/** For the metrics: what the door knows of the request. */
export function noteOutcome(
  response: ServerResponse,
  outcome: Partial<Outcome> & { isStream?: boolean },
): void {
  const known = observed.get(response);
  if (known) Object.assign(known, outcome);
}

/** Puts the code into the line about the request, too. */
export function noteFailure(response: ServerResponse, code: ErrorCode): void {
  const known = observed.get(response);
  if (known) Object.assign(known, { failure: code, code });
}

export const requestIdOf = (response: ServerResponse): string => observed.get(response)?.requestId ?? '';

export type Observe = (request: IncomingMessage, response: ServerResponse) => string;

/** What stands for what no door has told. */
const NO_DOOR = 'pages';
const NO_OPERATION = 'none';

function codeOf({ code, isStream }: Observed, response: ServerResponse): string {
  if (code !== undefined) return code;
  return response.writableFinished || isStream ? 'OK' : 'CALLER_GONE';
}

/** What is known by now of a request; nothing of one that no door observes, since it is forwarded. */
export function outcomeOf(response: ServerResponse): Outcome | undefined {
  const known = observed.get(response);
  if (!known) return undefined;
  const { door = NO_DOOR, operation = NO_OPERATION } = known;
  return { door, operation, code: codeOf(known, response) };
}

/** Gives each request its id, and logs and counts its end. */
export function observing(
  log: RequestLog,
  meter: RequestMeter,
  addressOf: (request: IncomingMessage) => string,
): Observe {
  return (request, response) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    const known: Observed = { requestId };
    observed.set(response, known);
    response.setHeader('X-Request-Id', requestId);
    // Express changes the target on its way.
    const { method, url: target = '' } = request;
    const startedAt = performance.now();
    response.once('close', () => {
      const address = addressOf(request);
      const status = response.statusCode;
      const access = accessMembers({ requestId, address, method, target, status, startedAt });
      log.info(known.failure ? access + membersOf({ error: known.failure }) : access, 'request');
      const outcome = outcomeOf(response);
      if (outcome) meter.count(outcome, known.isStream ? undefined : performance.now() - startedAt);
    });
    return requestId;
  };
}

/** What was no request gets an id and a line as well. */
export function spellBroken(
  log: RequestLog,
  meter: RequestMeter,
  { target, address, error }: { target: string; address: string; error: DomainError },
  envelope: Envelope,
): SpelledError {
  const requestId = randomUUID();
  const spelled = envelope(error, requestId);
  const { status, headers } = spelled;
  const access = accessMembers({ requestId, address, target, status });
  log.info(access + membersOf({ error: error.code }), 'request');
  meter.count({ door: NO_OPERATION, operation: NO_OPERATION, code: error.code });
  return { ...spelled, headers: { ...headers, 'X-Request-Id': requestId } };
}
