import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'express';
import { DomainError } from '../kernel/errors.js';

type Request = IncomingMessage & { body?: unknown };
/** Told what was thrown, if anything was. */
type ParseBody = (request: Request, response: ServerResponse, done: (thrown?: unknown) => void) => void;

const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i;
const utf8 = new TextDecoder();

function isPlain({ headers }: Request, limit: number): boolean {
  const length = Number(headers['content-length'] ?? 0);
  if (headers['content-encoding'] !== undefined || !(length > 0 && length <= limit)) return false;
  return PLAIN_JSON.test(headers['content-type'] ?? '');
}

/** Null for what is no JSON, and for what can hold no query. */
function objectFrom(bytes: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/**
 * Reads JSON into `request.body`. What is of known length, not packed and in UTF-8 is read here, since body-parser takes
 * about 7 % of a small query; all else, and what is too large, is body-parser's. `isWanted` may throw.
 */
export function jsonBody(limit: number, isWanted: (request: IncomingMessage) => boolean): ParseBody {
  const parse: ParseBody = json({ limit, type: isWanted });
  return (request, response, done) => {
    if (!isPlain(request, limit)) {
      parse(request, response, done);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      request.body = objectFrom(Buffer.concat(chunks));
      done(request.body === null ? new DomainError('BAD_INPUT', 'the body is not JSON') : undefined);
    });
  };
}
