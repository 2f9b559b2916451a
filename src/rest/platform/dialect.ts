import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import { type DomainError, type ErrorCode, HTTP_STATUS } from '../../kernel/errors.js';
import { type Authorise, type Dialect, type Failure, envelopeOf, failureHeaders } from '../kit/dialect.js';

/** Every failure in the words of document 000, which knows the statuses 400 and 500, and of the decisions. */
const SPELLING: Record<ErrorCode, { status: number; code: string }> = {
  BAD_INPUT: { status: 400, code: 'BAD_PARAMETER' },
  TOO_LARGE: { status: 400, code: 'BODY_TOO_LARGE' },
  UNSUPPORTED_MEDIA_TYPE: { status: 400, code: 'BODY_NOT_JSON' },
  UNAUTHENTICATED: { status: 401, code: 'UNAUTHENTICATED' },
  FORBIDDEN: { status: 403, code: 'FORBIDDEN' },
  ACCOUNT_REQUIRED: { status: 403, code: 'FORBIDDEN' },
  NOT_FOUND: { status: 400, code: 'PLATFORM_NOT_FOUND' },
  NO_SUCH_PATH: { status: 404, code: 'NO_SUCH_PATH' },
  METHOD_NOT_ALLOWED: { status: 405, code: 'METHOD_NOT_ALLOWED' },
  CONFLICT: { status: 400, code: 'CONFLICT' },
  RATE_LIMITED: { status: 429, code: 'RATE_LIMITED' },
  ROUTE_ID_REQUIRED: { status: 400, code: 'PLAT_ROUTE_ID_REQUIRED' },
  FORWARDING_LOOP: { status: 500, code: 'FORWARDING_LOOP' },
  ADDRESS_DENIED: { status: 400, code: 'PLATFORM_ADDRESS_DENIED' },
  UPSTREAM_UNREACHABLE: { status: 500, code: 'PLATFORM_UNREACHABLE' },
  UPSTREAM_TIMEOUT: { status: 500, code: 'PLATFORM_TIMEOUT' },
  UPSTREAM_CERTIFICATE: { status: 500, code: 'PLATFORM_CERTIFICATE' },
  UPSTREAM_PROTOCOL: { status: 500, code: 'PLATFORM_PROTOCOL' },
  UPSTREAM_ERROR: { status: 500, code: 'PLATFORM_ERROR' },
  NOT_CONFIGURED: { status: 500, code: 'NOT_CONFIGURED' },
  UNAVAILABLE: { status: HTTP_STATUS.UNAVAILABLE, code: 'SERVICE_UNAVAILABLE' },
  MALFORMED_REQUEST: { status: HTTP_STATUS.MALFORMED_REQUEST, code: 'MALFORMED_REQUEST' },
  REQUEST_TIMEOUT: { status: HTTP_STATUS.REQUEST_TIMEOUT, code: 'REQUEST_TIMEOUT' },
  HEADERS_TOO_LARGE: { status: HTTP_STATUS.HEADERS_TOO_LARGE, code: 'HEADERS_TOO_LARGE' },
  UNKNOWN_TRANSFER_CODING: { status: HTTP_STATUS.UNKNOWN_TRANSFER_CODING, code: 'UNKNOWN_TRANSFER_CODING' },
  INTERNAL: { status: 500, code: 'INTERNAL' },
};

const WIRE_CODES = Object.fromEntries(
  Object.entries(SPELLING).map(([known, { code }]) => [known, code]),
) as Record<ErrorCode, string>;

function spell(error: DomainError, requestId: string): Failure {
  const { status, code } = SPELLING[error.code];
  return {
    status,
    headers: failureHeaders(error, status, requestId),
    body: { status: false, code, message: error.message, data: null },
  };
}

/** A failure as forwarding answers it. */
export const platformEnvelope = envelopeOf({ failure: spell });

/** Platform management (000). `authorise` knows trusted networks and `X-Access-Token`. */
export function platformDialect(authorise: Authorise<Permission>): Dialect<Permission> {
  return {
    title: 'Isthmus: Platform management',
    description:
      'The registry of platforms and request forwarding. Failures answer HTTP 400 or 500 with `status: false`, a stable `code` and a readable `message`; every answer carries `X-Request-Id`. ' +
      'Callers from trusted networks need no token; others send an access token of a business or system administrator in `X-Access-Token`. ' +
      'Times are `YYYY-MM-DD HH:mm:ss` in the time zone of the server. In the list, `createdAt` and `updatedAt` carry no spaces around their names, unlike in the example of the source document.',
    prefixes: ['/sys/transmit', '/api/sys/transmit'],
    securitySchemes: { accessToken: { type: 'apiKey', in: 'header', name: 'X-Access-Token' } },
    // Either nothing, from a trusted network, or a token.
    security: [{}, { accessToken: [] }],
    authorise,
    success: (result) => ({ message: '', code: '', status: true, ...result }),
    failure: spell,
    failureSchema: z
      .object({
        status: z.literal(false),
        code: z.enum(Object.values(WIRE_CODES)).meta({ description: 'Stable', example: 'BAD_PARAMETER' }),
        message: z.string().meta({ description: 'For people', example: 'name: is required' }),
        data: z.null(),
      })
      .meta({ id: 'PlatformFailure', description: 'What went wrong and what to change' }),
    statusOf: Object.fromEntries(
      Object.entries(SPELLING).map(([code, { status }]) => [code, status]),
    ) as Record<ErrorCode, number>,
    wireCodeOf: WIRE_CODES,
  };
}
