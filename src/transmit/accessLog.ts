import type { DomainError } from '../kernel/errors.js';
import { type Access, accessMembers, accessRecord, membersOf } from '../log/access.js';
import type { Loggers } from '../log/logger.js';
import type { Exchange } from './exchange.js';

function failureFields(error: DomainError): { error: string; reason: string } {
  return { error: error.code, reason: error.cause instanceof Error ? error.cause.message : error.message };
}

/** One line for each forwarded request, without header values and queries. */
export function logExchange({ requests }: Loggers, exchange: Exchange): void {
  const { parts, status, bytesUp, bytesDown, startedAt, error } = exchange;
  const { requestId, address, method, path: target, platform } = parts;
  const access = accessMembers({ requestId, address, method, target, status, startedAt });
  const what = `${access}${platform.member},"bytesUp":${bytesUp},"bytesDown":${bytesDown}`;
  requests.info(error ? what + membersOf(failureFields(error)) : what, 'forwarded');
}

/** A request that was not forwarded. */
export interface Refusal extends Access {
  error: DomainError;
}

/** One line for a request that was not forwarded; the whole error when it is a defect. */
export function logRefusal(loggers: Loggers, { error, ...access }: Refusal): void {
  const failure = failureFields(error);
  if (error.code === 'INTERNAL')
    loggers.logger.error({ ...accessRecord(access), ...failure, err: error.cause }, 'not forwarded');
  else loggers.requests.info(accessMembers(access) + membersOf(failure), 'not forwarded');
}
