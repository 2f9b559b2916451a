/**
 * Every way in which a request can fail on purpose. Each door (GraphQL, each REST dialect) spells all of them
 * in a total map, so a code added here does not compile until every door knows it.
 */
export const ERROR_CODES = [
  /** The input is malformed or out of range; `details.fields` names each wrong field. */
  'BAD_INPUT',
  /** The body is larger than the door accepts. */
  'TOO_LARGE',
  /** The body's media type is not the one that the door reads. */
  'UNSUPPORTED_MEDIA_TYPE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  /** The caller has no account of the foreign system, or one that the system refuses. */
  'ACCOUNT_REQUIRED',
  'NOT_FOUND',
  /** No operation has this path. */
  'NO_SUCH_PATH',
  /** The path exists, with other methods: `details.allow`. */
  'METHOD_NOT_ALLOWED',
  'CONFLICT',
  /** Too many tries; `details.retryAfter` in seconds. */
  'RATE_LIMITED',
  /** A forwarded request that names no platform. */
  'ROUTE_ID_REQUIRED',
  /** The request has passed through this deployment already. */
  'FORWARDING_LOOP',
  /** The platform's address is one that must not be connected to. */
  'ADDRESS_DENIED',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  /** The platform's certificate does not verify. */
  'UPSTREAM_CERTIFICATE',
  /** The platform hung up before its headers, or does not speak HTTP. */
  'UPSTREAM_PROTOCOL',
  /** The platform answered with a failure; `details.upstream` holds it. */
  'UPSTREAM_ERROR',
  /** The feature needs a setting that is not set. */
  'NOT_CONFIGURED',
  /** What came is no request in good HTTP. */
  'MALFORMED_REQUEST',
  /** The request did not come to its end in time. */
  'REQUEST_TIMEOUT',
  /** The request's header fields are larger than HEADERS_LIMIT. */
  'HEADERS_TOO_LARGE',
  /** The body comes in a transfer coding other than chunked. */
  'UNKNOWN_TRANSFER_CODING',
  /** The database cannot do its work now; `details.retryAfter` in seconds. */
  'UNAVAILABLE',
  /** A defect of ours. */
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What is said in HTTP's own terms has HTTP's own status in every envelope. */
export const HTTP_STATUS = {
  MALFORMED_REQUEST: 400,
  REQUEST_TIMEOUT: 408,
  HEADERS_TOO_LARGE: 431,
  UNKNOWN_TRANSFER_CODING: 501,
  UNAVAILABLE: 503,
} as const satisfies Partial<Record<ErrorCode, number>>;

/** Why a caller is nobody, by which its client knows what helps: to log in, to renew its tokens, or to ask the person. */
export type NobodyReason = 'NO_TOKEN' | 'DEAD_TOKEN' | 'WRONG_PASSWORD' | 'DEAD_REFRESH_TOKEN';

export interface FieldError {
  /** Where in the input, with dots: `filter.name.contains`. */
  path: string;
  message: string;
}

export interface ErrorDetails {
  fields?: FieldError[];
  /** Seconds until another try makes sense. */
  retryAfter?: number;
  /** Methods that the path has. */
  allow?: string[];
  /** Of UNAUTHENTICATED; where it is left out, the door knows whether a token was sent. */
  reason?: NobodyReason;
  upstream?: { platform: string; status: number; body: unknown };
  /** The platform that failed, where several are asked at once. */
  platformId?: string;
}

/** A failure that the caller is told about; anything else that is thrown is a defect and shown as INTERNAL. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** BAD_INPUT for one or more fields; the message repeats them for clients that show only a message. */
export function badInput(fields: FieldError[]): DomainError {
  const message = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new DomainError('BAD_INPUT', message, { fields });
}

/** Whoever asks is nobody, or nobody any more. */
export function unauthenticated(
  message = 'this needs an access token that works; log in to get one',
  reason?: NobodyReason,
): DomainError {
  return new DomainError('UNAUTHENTICATED', message, reason === undefined ? {} : { reason });
}

export function notFound(what: string, id: string): DomainError {
  return new DomainError('NOT_FOUND', `no ${what} has the id ${JSON.stringify(id.slice(0, 80))}`);
}

/** Errors that carry each other, at most. */
const MAX_CAUSES = 5;

/** What the database layer says of an error that passed through libraries. */
export function unavailability(error: unknown): DomainError | undefined {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (cause instanceof DomainError) return cause.code === 'UNAVAILABLE' ? cause : undefined;
    ({ cause } = cause);
  }
  return undefined;
}

/** Whether the database cannot do its work now, which is expected to pass. */
export const isUnavailable = (error: unknown): boolean => unavailability(error) !== undefined;

/** What was true a moment ago, when the database cannot tell; any other error is thrown again. */
export function unlessUnavailable<T>(error: unknown, value: T): T {
  if (!isUnavailable(error)) throw error;
  return value;
}

/** The error as the doors may show it: a DomainError as it is, a defect without its detail. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const known = unavailability(error);
  if (known) return known;
  return new DomainError(
    'INTERNAL',
    'internal error; ask whoever runs this server, and name the request id',
    {},
    { cause: error },
  );
}
