import { type DomainError, type ErrorCode, HTTP_STATUS } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';

export type Envelope = (error: DomainError, requestId: string) => SpelledError;

/** How a door spells failures. */
export interface Spelling {
  prefixes: readonly string[];
  envelope: Envelope;
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  NO_SUCH_PATH: 404,
  METHOD_NOT_ALLOWED: 405,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  FORWARDING_LOOP: 508,
  ...HTTP_STATUS,
};

/** In no system's words. */
export const plainEnvelope: Envelope = ({ code, message }, requestId) => ({
  status: STATUS[code] ?? 400,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ error: { code, message }, requestId }),
});

const isBelow = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** How failures are spelled at a path, by whichever door it belongs to. */
export function envelopes(spellings: readonly Spelling[]): (path: string) => Envelope {
  return (path) =>
    spellings.find(({ prefixes }) => prefixes.some((prefix) => isBelow(path, prefix)))?.envelope ??
    plainEnvelope;
}
