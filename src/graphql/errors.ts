import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorCode, asDomainError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';

/** Every failure in the words of the graph's error table. */
const CODES: Record<ErrorCode, string> = {
  BAD_INPUT: 'BAD_USER_INPUT',
  TOO_LARGE: 'BAD_USER_INPUT',
  UNSUPPORTED_MEDIA_TYPE: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  NO_SUCH_PATH: 'NOT_FOUND',
  METHOD_NOT_ALLOWED: 'BAD_USER_INPUT',
  CONFLICT: 'CONFLICT',
  RATE_LIMITED: 'RATE_LIMITED',
  ROUTE_ID_REQUIRED: 'BAD_USER_INPUT',
  FORWARDING_LOOP: 'UPSTREAM_ERROR',
  ADDRESS_DENIED: 'BAD_USER_INPUT',
  UPSTREAM_UNREACHABLE: 'UPSTREAM_UNREACHABLE',
  UPSTREAM_TIMEOUT: 'UPSTREAM_TIMEOUT',
  UPSTREAM_CERTIFICATE: 'UPSTREAM_UNREACHABLE',
  UPSTREAM_PROTOCOL: 'UPSTREAM_ERROR',
  UPSTREAM_ERROR: 'UPSTREAM_ERROR',
  NOT_CONFIGURED: 'NOT_CONFIGURED',
  INTERNAL: 'INTERNAL',
};

/** The failure as the graph shows it, without position. */
export function spellError(error: DomainError): { message: string; extensions: Record<string, unknown> } {
  const { fields, retryAfter, upstream } = error.details;
  const code = CODES[error.code];
  return {
    message: error.message,
    extensions: {
      code,
      ...(code === 'BAD_USER_INPUT' ? { fields: fields ?? [] } : {}),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(upstream === undefined ? {} : { upstream }),
    },
  };
}

/** GraphQL's own complaints (syntax, validation, variables) keep their text: they tell of the document alone. */
const OWN_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE']);

/** Formats what Apollo or graphql-js caught; what is no expected failure is logged whole and shown without its detail. */
export function errorFormatter(logger: Logger) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(thrown);
    const isOwn = cause instanceof GraphQLError && !(cause.originalError instanceof DomainError);
    if (isOwn && OWN_CODES.has(String(formatted.extensions?.['code']))) return formatted;
    const original = cause instanceof GraphQLError ? cause.originalError ?? cause : cause;
    const error = asDomainError(original);
    if (error.code === 'INTERNAL') logger.error({ err: original, path: formatted.path }, 'operation failed');
    const { message, extensions } = spellError(error);
    const { locations, path } = formatted;
    return { message, ...(locations ? { locations } : {}), ...(path ? { path } : {}), extensions };
  };
}
