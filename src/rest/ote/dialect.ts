import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import { type DomainError, type ErrorCode, HTTP_STATUS } from '../../kernel/errors.js';
import { type Authorise, type Dialect, type Failure, failureHeaders } from '../kit/dialect.js';

/** ote 002 knows 200, 422 and 500; the decisions add the rest. */
const STATUS: Record<ErrorCode, number> = {
  BAD_INPUT: 422,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  // 002, Repository Management: "User need to log in first" stands for Harbor's log-in.
  ACCOUNT_REQUIRED: 401,
  NOT_FOUND: 404,
  NO_SUCH_PATH: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  ROUTE_ID_REQUIRED: 422,
  FORWARDING_LOOP: 508,
  ADDRESS_DENIED: 422,
  UPSTREAM_UNREACHABLE: 500,
  UPSTREAM_TIMEOUT: 500,
  UPSTREAM_CERTIFICATE: 500,
  UPSTREAM_PROTOCOL: 500,
  UPSTREAM_ERROR: 500,
  NOT_CONFIGURED: 500,
  INTERNAL: 500,
  ...HTTP_STATUS,
};

function failure(error: DomainError, requestId: string, status = STATUS[error.code]): Failure {
  return {
    status,
    headers: failureHeaders(error, status, requestId),
    body: { code: status, message: error.message },
  };
}

/** ote-stack (001, 002). */
export function oteDialect(authorise: Authorise<Permission>): Dialect<Permission> {
  return {
    title: 'Isthmus: ote-stack',
    description:
      'The ote-stack API. `code` equals the HTTP status; failures answer `code` and `message`. `Authorization` holds the bare token or `Bearer <token>`.',
    prefixes: ['/v1'],
    securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'Authorization' } },
    security: [{ token: [] }],
    authorise,
    success: (result) => ({ code: 200, ...result }),
    failure,
    failureSchema: z
      .object({ code: z.int(), message: z.string() })
      .meta({ id: 'OteFailure', description: 'What went wrong and what to change' }),
    statusOf: STATUS,
  };
}
