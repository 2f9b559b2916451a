import type { ErrorCode } from '../../kernel/errors.js';

/** What each failure tells a caller, for the reference. */
export const MEANINGS: Record<ErrorCode, string> = {
  BAD_INPUT: 'a parameter or the body is malformed, and the message names each wrong field',
  TOO_LARGE: 'the body is too large',
  UNSUPPORTED_MEDIA_TYPE:
    'the body is of another type than the one that is read here, or does not say of which',
  UNAUTHENTICATED: 'there is no token, or it does not work',
  FORBIDDEN: 'the caller may not do this',
  ACCOUNT_REQUIRED: 'the caller has no account of the foreign system, or one that it refuses',
  NOT_FOUND: 'there is no such object',
  NO_SUCH_PATH: 'there is no such path',
  METHOD_NOT_ALLOWED: 'the path has other methods, which `Allow` names',
  CONFLICT: 'it contradicts what is there',
  RATE_LIMITED: 'too many tries, and `Retry-After` says when another makes sense',
  ROUTE_ID_REQUIRED: '`Plat-Route-Id` is missing',
  FORWARDING_LOOP: 'the request has passed through here already',
  ADDRESS_DENIED: 'the address is one where platforms may not live',
  UPSTREAM_UNREACHABLE: 'the platform does not answer',
  UPSTREAM_TIMEOUT: 'the platform does not answer in time',
  UPSTREAM_CERTIFICATE: "the platform's certificate does not verify",
  UPSTREAM_PROTOCOL: 'the platform does not speak HTTP, or hung up',
  UPSTREAM_ERROR: 'the platform answered with a failure',
  NOT_CONFIGURED: 'it needs a setting that is not set',
  UNAVAILABLE: 'the database cannot do its work now, and `Retry-After` says when another try makes sense',
  MALFORMED_REQUEST: 'the request is no valid HTTP',
  REQUEST_TIMEOUT: 'the request did not come to its end in time',
  HEADERS_TOO_LARGE: 'the header fields are too large',
  UNKNOWN_TRANSFER_CODING: 'the body comes in another transfer coding than chunked',
  INTERNAL: 'a failure of the server, whose log has the detail under the request id',
};
