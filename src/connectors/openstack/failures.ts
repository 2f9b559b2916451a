import { DomainError } from '../../kernel/errors.js';
import { retryAfterOf } from '../../kernel/retryAfter.js';
import type { HttpAnswer } from '../../net/boundedHttp.js';
import { type Named, isCut, isTransient, protocolFailure, statusOf } from '../../net/httpFailures.js';
import { parseJson, tidy } from '../../net/text.js';

/** Characters of what a service says of its failure. */
const MOST_QUOTED = 500;
/** Where services put their words: Glance has a page, Placement a list, Heat an explanation, others an object in an object. */
const WORDS = ['message', 'detail', 'explanation'];
const MOST_DEPTH = 3;
const TOO_MUCH = 413;

function wordsIn(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return undefined;
  const own = WORDS.map((key) => (value as Record<string, unknown>)[key]).find(
    (words) => typeof words === 'string' && words !== '',
  );
  if (typeof own === 'string') return own;
  for (const inner of Object.values(value)) {
    const words = wordsIn(inner, depth + 1);
    if (words !== undefined) return words;
  }
  return undefined;
}

function saidIn(text: string): string {
  try {
    return wordsIn(parseJson(text)) ?? '';
  } catch {
    return '';
  }
}

/** A service's answer that is no success. `right` is what the account lacks where it is not allowed. */
export function refusal(whom: Named, answer: HttpAnswer, what: string, right?: string): DomainError {
  const { status, headers, text } = answer;
  if (status >= 300 && status < 400)
    return protocolFailure(
      whom,
      `leads elsewhere (${status}) for ${what}, to ${tidy(headers.location ?? 'nowhere')}`,
    );
  const words = tidy(whom.conceal(saidIn(text)), MOST_QUOTED).trim();
  const needed = status === 403 && right !== undefined ? `, which needs the right ${right}` : '';
  const retryAfter = retryAfterOf(headers);
  return new DomainError(
    'UPSTREAM_ERROR',
    `${whom.named} answered ${status} for ${what}${needed}${words && `: ${words}`}`,
    {
      upstream: { platform: whom.named, status, body: null },
      ...(retryAfter !== undefined && { retryAfter }),
    },
  );
}

export const isStatus = (error: unknown, ...statuses: readonly number[]): error is DomainError =>
  statuses.includes(statusOf(error) ?? 0);

/** Whether the same request may well succeed in a while; old Novas say so by 413. */
export function mayPass(error: unknown): error is DomainError {
  return (
    isTransient(error) ||
    isCut(error) ||
    (isStatus(error, TOO_MUCH) && error.details.retryAfter !== undefined)
  );
}
