import { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import type { Named } from '../../net/httpFailures.js';
import { statusSchema, type Status } from './objects.js';
import { parseJson, tidy } from '../../net/text.js';

export {
  complaintOf,
  failureOf,
  isTransient,
  type Named,
  protocolFailure,
  statusOf,
} from '../../net/httpFailures.js';

const MOST_QUOTED = 500;

const bodySchema = statusSchema.extend({ kind: z.literal('Status') });

/** The Status object in the body of a failure, where there is one: what stands before the API server may answer anything. */
export function readStatus(body: string): Status {
  try {
    return bodySchema.parse(parseJson(body));
  } catch {
    return {};
  }
}

/** An answer that is no success, as the API spells it: an HTTP status with a Status object, or an event that holds one. */
export function statusFailure(
  { named, conceal }: Named,
  status: number,
  { message = '', reason, details }: Status,
  retryAfter = details?.retryAfterSeconds,
): DomainError {
  const said = tidy(conceal(message), MOST_QUOTED);
  const what = status === 401 ? 'refuses the credentials' : `answered ${status}${said && `: ${said}`}`;
  const causes = details?.causes?.map((cause) => ({ ...cause, message: conceal(cause.message ?? '') }));
  const body = { message: said, reason: reason && conceal(reason), causes };
  return new DomainError('UPSTREAM_ERROR', `${named} ${what}`, {
    upstream: { platform: named, status, body },
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

const reasonSchema = z.object({ reason: z.string().optional() });

/** Whether the API server itself says that there is no such object. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  return reasonSchema.safeParse(error.details.upstream?.body).data?.reason === 'NotFound';
}
