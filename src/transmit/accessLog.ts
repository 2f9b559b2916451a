import type { DomainError } from '../kernel/errors.js';
import { type Access, accessRecord } from '../log/access.js';
import type { Loggers } from '../log/logger.js';
import type { Exchange } from './exchange.js';

function failureFields(error: DomainError): { error: string; reason: string } {
  return { error: error.code, reason: error.cause instanceof Error ? error.cause.message : error.message };
}

/** One line for each forwarded request, without header values and queries. */
export function logExchange({ requests }: Loggers, exchange: Exchange): void {
  const { parts, status, bytesUp, bytesDown, startedAt, error } = exchange;
  const { requestId, address, method, path: target, platform } = parts;
  const record = {
    ...accessRecord({ requestId, address, method, target, status, startedAt }),
    platform: platform.route.id,
    bytesUp,
    bytesDown,
  };
  requests.info(error ? { ...record, ...failureFields(error) } : record, 'forwarded');
}

/** A request that was not forwarded. */
export interface Refusal extends Access {
  error: DomainError;
}

/** One line for a request that was not forwarded; the whole error when it is a defect. */
export function logRefusal(loggers: Loggers, { error, ...access }: Refusal): void {
  const record = { ...accessRecord(access), ...failureFields(error) };
  if (error.code === 'INTERNAL') loggers.logger.error({ ...record, err: error.cause }, 'not forwarded');
  else loggers.requests.info(record, 'not forwarded');
}
