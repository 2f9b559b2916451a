import type { IncomingMessage } from 'node:http';
import type { DomainError } from '../kernel/errors.js';
import type { Loggers } from '../log/logger.js';
import type { Exchange } from './exchange.js';

/** The path alone: a query may hold secrets. */
function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function failureFields(error: DomainError): { error: string; reason: string } {
  return { error: error.code, reason: error.cause instanceof Error ? error.cause.message : error.message };
}

/** One line for each forwarded request, without header values and queries. */
export function logExchange({ requests }: Loggers, exchange: Exchange): void {
  const { parts, status, bytesUp, bytesDown, startedAt, error } = exchange;
  const record = {
    requestId: parts.requestId,
    address: parts.address,
    method: parts.request.method,
    path: withoutQuery(parts.path),
    platform: parts.platform.route.id,
    status,
    bytesUp,
    bytesDown,
    ms: Math.round(performance.now() - startedAt),
  };
  requests.info(error ? { ...record, ...failureFields(error) } : record, 'forwarded');
}

/** A request that was not forwarded. */
export interface Refusal {
  request: IncomingMessage;
  requestId: string;
  /** The client's. */
  address: string;
  /** What the client was answered; 0 for nothing. */
  status: number;
  error: DomainError;
}

/** One line for a request that was not forwarded; the whole error when it is a defect. */
export function logRefusal(loggers: Loggers, { request, requestId, address, status, error }: Refusal): void {
  const { method, url = '' } = request;
  const record = { requestId, address, method, path: withoutQuery(url), status, ...failureFields(error) };
  if (error.code === 'INTERNAL') loggers.logger.error({ ...record, err: error.cause }, 'not forwarded');
  else loggers.requests.info(record, 'not forwarded');
}
