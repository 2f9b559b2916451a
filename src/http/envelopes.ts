import { spellRequestError } from '../graphql/errors.js';
import { type DomainError, type ErrorCode, HTTP_STATUS } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';
import type { Failure } from '../rest/kit/dialect.js';

interface System {
  dialect: { prefixes: readonly string[]; failure: (error: DomainError, requestId: string) => Failure };
}

export type Envelope = (error: DomainError, requestId: string) => SpelledError;

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
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
  headers: JSON_TYPE,
  body: JSON.stringify({ error: { code, message }, requestId }),
});

const isBelow = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** How failures are spelled at a path, by whichever door it belongs to. */
export function envelopes(systems: readonly System[]): (path: string) => Envelope {
  const known = systems.flatMap(({ dialect }) => {
    const envelope: Envelope = (error, requestId) => {
      const { status, headers, body } = dialect.failure(error, requestId);
      return { status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
    };
    return dialect.prefixes.map((prefix) => ({ prefix, envelope }));
  });
  known.push({ prefix: '/graphql', envelope: spellRequestError });
  return (path) => known.find(({ prefix }) => isBelow(path, prefix))?.envelope ?? plainEnvelope;
}
