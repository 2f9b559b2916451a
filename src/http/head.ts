import type { IncomingMessage } from 'node:http';
import { DomainError } from '../kernel/errors.js';

/** What is wrong with a request's head, whatever it asks for; `limit` is in bytes. */
export function faultOfHead(request: IncomingMessage, limit: number): DomainError | undefined {
  const { url = '', rawHeaders, headers, httpVersionMinor } = request;
  let size = url.length;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    size += name.length + (rawHeaders[index + 1] ?? '').length;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (size > limit) return headersTooLarge();
  if (hosts > 1) return new DomainError('MALFORMED_REQUEST', 'the request has more than one Host');
  if (hosts === 0 && httpVersionMinor > 0)
    return new DomainError('MALFORMED_REQUEST', 'the request has no Host');
  const coding = headers['transfer-encoding'];
  return coding === undefined || coding.toLowerCase() === 'chunked' ? undefined : unknownCoding();
}

export function headersTooLarge(): DomainError {
  return new DomainError(
    'HEADERS_TOO_LARGE',
    "the request's header fields are larger than HEADERS_LIMIT allows",
  );
}

export function unknownCoding(): DomainError {
  return new DomainError('UNKNOWN_TRANSFER_CODING', 'of transfer codings this server knows chunked alone');
}
