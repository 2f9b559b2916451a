import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import { type DomainError, type ErrorCode, HTTP_STATUS } from '../../kernel/errors.js';
import { type Authorise, type Dialect, type Failure, failureHeaders } from '../kit/dialect.js';

const STATUS: Record<ErrorCode, number> = {
  BAD_INPUT: 400,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ACCOUNT_REQUIRED: 403,
  NOT_FOUND: 404,
  NO_SUCH_PATH: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  ROUTE_ID_REQUIRED: 400,
  FORWARDING_LOOP: 508,
  ADDRESS_DENIED: 400,
  UPSTREAM_UNREACHABLE: 500,
  UPSTREAM_TIMEOUT: 500,
  UPSTREAM_CERTIFICATE: 500,
  UPSTREAM_PROTOCOL: 500,
  UPSTREAM_ERROR: 500,
  NOT_CONFIGURED: 500,
  INTERNAL: 500,
  ...HTTP_STATUS,
};

/** Optimus (003). */
export function optimusDialect(authorise: Authorise<Permission>): Dialect<Permission> {
  return {
    title: 'Isthmus: Optimus',
    description:
      'The Optimus API. The HTTP status equals `code`; failures answer `status: false`, `code`, a readable `message` and `data: null`. `Authorization` holds the bare token or `Bearer <token>`.',
    prefixes: ['/api/v1', '/api/ericic/v1'],
    securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'Authorization' } },
    security: [{ token: [] }],
    authorise,
    success: (result) => ({ status: true, code: 200, ...result }),
    failure: (error: DomainError, requestId: string): Failure => {
      const code = STATUS[error.code];
      const body = { status: false, code, message: error.message, data: null };
      return { status: code, headers: failureHeaders(error, code, requestId), body };
    },
    failureSchema: z
      .object({ status: z.literal(false), code: z.int(), message: z.string(), data: z.null() })
      .meta({ id: 'OptimusFailure', description: 'What went wrong and what to change' }),
    statusOf: STATUS,
  };
}
