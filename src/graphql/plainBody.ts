import type { IncomingMessage } from 'node:http';
import { DomainError } from '../kernel/errors.js';
import { keepTrace } from '../kernel/tracing.js';
import { parseExact } from './exactBody.js';

/** As nearly all clients write it. */
const TYPES = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

const decoder = new TextDecoder();

export const notJson = (): DomainError => new DomainError('BAD_INPUT', 'the body is not JSON');

/** Whether the request has a body of the common form: JSON in UTF-8, of a length that is told and within the limit in bytes. */
export function isPlain({ headers }: IncomingMessage, limit: number): boolean {
  const { 'content-length': length, 'content-encoding': encoding, 'content-type': type = '' } = headers;
  return encoding === undefined && Number(length) > 0 && Number(length) <= limit && TYPES.has(type);
}

function read(chunks: readonly Buffer[]): unknown {
  const [first, ...others] = chunks;
  const text = decoder.decode(others.length === 0 ? first : Buffer.concat(chunks));
  const body = parseExact(text);
  if (typeof body === 'object' && body !== null) return body;
  throw notJson();
}

/** Reads such a body, for which body-parser takes longer than a small query takes otherwise; with `notJson` where it is none, or breaks off. */
export function readPlain(request: IncomingMessage, done: (thrown: unknown, body?: unknown) => void): void {
  const chunks: Buffer[] = [];
  const fail = () => done(notJson());
  const finish = keepTrace(() => {
    // Later ones are of a caller who goes away before its answer.
    request.off('error', fail);
    let body: unknown;
    try {
      body = read(chunks);
    } catch {
      return fail();
    }
    return done(undefined, body);
  });
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', finish)
    .on('error', fail);
}
