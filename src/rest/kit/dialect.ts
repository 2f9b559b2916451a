import type { Request } from 'express';
import type { z } from 'zod';
import type { ZodOpenApiSecuritySchemeObject } from 'zod-openapi';
import type { Admission } from '../../kernel/context.js';
import type { DomainError, ErrorCode } from '../../kernel/errors.js';
import { detailHeaders, type SpelledError } from '../../kernel/refusal.js';

export interface Failure {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** The caller; throws when it may not. */
export type Authorise<Access extends string> = (
  request: Request,
  access: Access | 'public',
) => Promise<Admission>;

/** The four things in which REST systems differ: who calls, how a reply is wrapped, how a failure is spelled, how a list is paged. */
export interface Dialect<Access extends string> {
  title: string;
  description: string;
  /** Where the system is mounted; each serves the same. */
  prefixes: readonly [string, ...string[]];
  securitySchemes: Record<string, ZodOpenApiSecuritySchemeObject>;
  security: readonly Record<string, string[]>[];
  authorise: Authorise<Access>;
  /** Adds what every answer carries to what a handler returned. */
  success(result: object): object;
  /** With the operation's own status, where it has one. */
  failure(error: DomainError, requestId: string, status?: number): Failure;
  failureSchema: z.ZodType;
  statusOf: Record<ErrorCode, number>;
  /** The code that the wire carries, where it is another than the status. */
  wireCodeOf?: Record<ErrorCode, string>;
}

/** A dialect's failures where Express does not write them. */
export function envelopeOf({ failure }: Pick<Dialect<string>, 'failure'>) {
  return (error: DomainError, requestId: string): SpelledError => {
    const { status, headers, body } = failure(error, requestId);
    return {
      status,
      headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    };
  };
}

/** The headers that a failure has in every dialect. */
export function failureHeaders(
  error: DomainError,
  status: number,
  requestId: string,
): Record<string, string> {
  return {
    'X-Request-Id': requestId,
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...detailHeaders(error),
  };
}
