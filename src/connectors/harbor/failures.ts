import { z } from 'zod';
import { DomainError, type ErrorCode } from '../../kernel/errors.js';
import { retryAfterOf } from '../../kernel/retryAfter.js';
import type { HttpAnswer } from '../../net/boundedHttp.js';
import { type Named, protocolFailure } from '../../net/httpFailures.js';
import { parseJson, tidy } from '../../net/text.js';

const MOST_QUOTED = 500;

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** Harbor's own failures. What nginx answers in its place is a page. */
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().default(''), message: z.string().default('') })),
});
export type HarborErrors = z.output<typeof errorsSchema>['errors'];

/** What Harbor's statuses mean to who asked for something that needs an account of Harbor. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_INPUT',
  401: 'ACCOUNT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  412: 'CONFLICT',
  422: 'BAD_INPUT',
};

export const isJson = ({ headers }: Pick<HttpAnswer, 'headers'>): boolean =>
  JSON_TYPE.test(headers['content-type'] ?? '');

function errorsOf(answer: HttpAnswer): HarborErrors | undefined {
  if (!isJson(answer)) return undefined;
  // As to HEAD.
  if (answer.text === '') return [];
  try {
    return errorsSchema.parse(parseJson(answer.text)).errors;
  } catch {
    return undefined;
  }
}

const SAID: Partial<Record<ErrorCode, string>> = {
  ACCOUNT_REQUIRED: 'refuses the account',
  FORBIDDEN: 'forbids it',
  NOT_FOUND: 'does not have it',
  CONFLICT: 'cannot do it',
  BAD_INPUT: 'does not accept it',
};

/** An answer that is no success. */
export function refusal(whom: Named, answer: HttpAnswer): DomainError {
  const { status, headers } = answer;
  if (status >= 300 && status < 400)
    return protocolFailure(whom, `leads elsewhere (${status}), to ${tidy(headers.location ?? 'nowhere')}`);
  const errors = errorsOf(answer);
  const body = errors?.map(({ code, message }) => ({
    code: tidy(whom.conceal(code), MOST_QUOTED),
    message: tidy(whom.conceal(message), MOST_QUOTED),
  }));
  const said = body?.map(({ message }) => message).join('; ') ?? '';
  // Only Harbor itself can tell that something is not there or not allowed.
  const code = (errors && CODES[status]) ?? 'UPSTREAM_ERROR';
  const what = SAID[code] ?? `answered ${status}${errors ? '' : ' with what is no answer of Harbor'}`;
  const retryAfter = retryAfterOf(headers);
  return new DomainError(code, `${whom.named} ${what}${said && `: ${said}`}`, {
    upstream: { platform: whom.named, status, body: body ? { errors: body } : null },
    ...(code === 'BAD_INPUT' && { fields: [{ path: '', message: said }] }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
