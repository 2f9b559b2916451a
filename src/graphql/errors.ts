import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorCode, type FieldError, asDomainError, badInput } from '../kernel/errors.js';
import { CallerGone } from '../kernel/callerGone.js';
import type { RequestContext } from '../kernel/context.js';
import type { Logger } from '../log/logger.js';
import { detailHeaders, plainStatusOf, type Spell } from '../kernel/refusal.js';
import { withoutValue } from './quotedValue.js';

/** Every failure in the words of the graph's error table. */
const CODES: Record<ErrorCode, string> = {
  BAD_INPUT: 'BAD_USER_INPUT',
  TOO_LARGE: 'BAD_USER_INPUT',
  UNSUPPORTED_MEDIA_TYPE: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  // Not UNAUTHENTICATED, for which frontends end the session.
  ACCOUNT_REQUIRED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  NO_SUCH_PATH: 'NOT_FOUND',
  METHOD_NOT_ALLOWED: 'BAD_REQUEST',
  CONFLICT: 'CONFLICT',
  RATE_LIMITED: 'RATE_LIMITED',
  ROUTE_ID_REQUIRED: 'BAD_USER_INPUT',
  FORWARDING_LOOP: 'FORWARDING_LOOP',
  ADDRESS_DENIED: 'BAD_USER_INPUT',
  UPSTREAM_UNREACHABLE: 'UPSTREAM_UNREACHABLE',
  UPSTREAM_TIMEOUT: 'UPSTREAM_TIMEOUT',
  UPSTREAM_CERTIFICATE: 'UPSTREAM_UNREACHABLE',
  UPSTREAM_PROTOCOL: 'UPSTREAM_ERROR',
  UPSTREAM_ERROR: 'UPSTREAM_ERROR',
  NOT_CONFIGURED: 'NOT_CONFIGURED',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  MALFORMED_REQUEST: 'BAD_USER_INPUT',
  REQUEST_TIMEOUT: 'BAD_USER_INPUT',
  HEADERS_TOO_LARGE: 'BAD_USER_INPUT',
  UNKNOWN_TRANSFER_CODING: 'BAD_USER_INPUT',
  INTERNAL: 'INTERNAL',
};

/** Complaints of GraphQL itself and of its HTTP form. They keep their text: they tell of the document alone. */
const DOCUMENT_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Of a document at which graphql-js, which parses by recursion, runs out of stack. */
export const NESTS_TOO_DEEPLY = 'the document nests too deeply';

/** Where there was none, or none in HTTP. */
const NO_ANSWER = { platform: null, status: null, body: null };

/** Whom a failure is told. */
export type Told = Pick<RequestContext, 'requestId' | 'sentToken'>;

/** The failure as the graph shows it, without position. */
export function spellError(
  error: DomainError,
  { requestId, sentToken }: Told,
): { message: string; extensions: Record<string, unknown> } {
  const {
    fields,
    platformId,
    retryAfter,
    upstream,
    reason = sentToken ? 'DEAD_TOKEN' : 'NO_TOKEN',
  } = error.details;
  const code = CODES[error.code];
  return {
    message: error.message,
    extensions: {
      code,
      ...(code === 'BAD_USER_INPUT' ? { fields: fields ?? [] } : {}),
      ...(code === 'UNAUTHENTICATED' ? { reason } : {}),
      ...(platformId === undefined ? {} : { platformId }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(upstream || code === 'UPSTREAM_ERROR' ? { upstream: upstream ?? NO_ANSWER } : {}),
      requestId,
    },
  };
}

/** The whole answer to a request that cannot be read, in GraphQL's own form. */
export const spellRequestError: Spell = (error, requestId) => ({
  status: plainStatusOf(error),
  headers: { ...detailHeaders(error), 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ errors: [spellError(error, { requestId, sentToken: false })] }),
});

function rootCauseOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootCauseOf(error.originalError) : error;
}

/** Which argument graphql-js refuses while it executes, without the value. Undefined for any other error. */
function misfitOf({ message }: GraphQLError): FieldError | undefined {
  const name = /^Argument "(\w+)"/.exec(message)?.[1];
  return name === undefined ? undefined : { path: name, message: withoutValue(message) };
}

function expectedError(thrown: unknown): DomainError {
  const cause = rootCauseOf(thrown);
  if (cause instanceof DomainError || !(thrown instanceof GraphQLError)) return asDomainError(cause);
  // What a resolver throws has a path and is no GraphQLError itself.
  const misfit = thrown.path === undefined || cause instanceof GraphQLError ? misfitOf(thrown) : undefined;
  return misfit ? badInput([misfit]) : asDomainError(cause);
}

export type SpellFailure = (thrown: unknown, told: Told) => GraphQLFormattedError;

/** How failures are told; what nobody expected is logged whole and told without its detail. */
export function failureSpelling(logger: Logger): SpellFailure {
  return (thrown, told) => {
    const { requestId } = told;
    const { locations, path, extensions } = thrown instanceof GraphQLError ? thrown.toJSON() : {};
    const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
    const code = extensions?.['code'];
    if (thrown instanceof GraphQLError && DOCUMENT_CODES.has(code)) {
      const isTooDeep = rootCauseOf(thrown) instanceof RangeError;
      const message = isTooDeep ? NESTS_TOO_DEEPLY : withoutValue(thrown.message);
      return { message, ...place, extensions: { code, requestId } };
    }
    const error = expectedError(thrown);
    if (error.code === 'INTERNAL' && !(error.cause instanceof CallerGone))
      logger.error({ err: rootCauseOf(thrown), requestId, path }, 'operation failed');
    return { ...spellError(error, told), ...place };
  };
}
