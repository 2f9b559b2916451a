import { Concealment } from '../../../kernel/concealment.js';
import { DomainError } from '../../../kernel/errors.js';
import { stringifyExactly } from '../../../kernel/exactJson.js';
import { retryAfterOf } from '../../../kernel/retryAfter.js';
import type { PlatformAnswer } from '../caller.port.js';
import type { PlatformRoute } from '../route.service.js';

/** Characters of a failure's words that are repeated in the message. */
const MOST_QUOTED = 512;
/** The names under which Huawei's services, OpenStack's and most others say what is wrong. */
const CODES = ['error_code', 'code', 'errorCode'];
const MESSAGES = ['error_msg', 'message', 'error_message', 'errorMessage', 'error', 'detail'];

/** How messages name a platform. */
export function named({ name }: Pick<PlatformRoute, 'name'>): string {
  return `platform ${JSON.stringify(name)}`;
}

/** The body, or the beginning of its text, without the secrets. */
function shown({ body, bodyEncoding }: PlatformAnswer, secrets: readonly string[]): unknown {
  if (body === null) return null;
  const concealment = new Concealment(secrets);
  if (typeof body === 'string') return bodyEncoding === 'BASE64' ? null : concealment.in(body);
  const text = concealment.in(stringifyExactly(body));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function firstText(body: object, names: readonly string[]): string | undefined {
  const found = names.map((name) => (body as Record<string, unknown>)[name]);
  return found.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

/** What a failure says in its own words; its parts may lie one level deeper, as in `{"error": {"code": …}}`. */
function wordsOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const parts = [firstText(body, CODES), firstText(body, MESSAGES)].filter((part) => part !== undefined);
  if (parts.length > 0) return `: ${parts.join(': ').slice(0, MOST_QUOTED).toWellFormed()}`;
  const { error } = body as { error?: unknown };
  return error === undefined ? '' : wordsOf(error);
}

/** An answer that is no success. */
export function refusal(
  route: PlatformRoute,
  answer: PlatformAnswer,
  secrets: readonly string[],
): DomainError {
  const { status, headers } = answer;
  const body = shown(answer, secrets);
  const retryAfter = retryAfterOf(headers);
  return new DomainError('UPSTREAM_ERROR', `${named(route)} answered ${status}${wordsOf(body)}`, {
    upstream: { platform: route.name, status, body },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** A success whose body nobody can read. */
export function unreadable(
  route: PlatformRoute,
  answer: PlatformAnswer,
  secrets: readonly string[],
): DomainError {
  const { status } = answer;
  return new DomainError('UPSTREAM_ERROR', `${named(route)} answered with something that is no JSON`, {
    upstream: { platform: route.name, status, body: shown(answer, secrets) },
  });
}

/** Nobody can be asked in the caller's name. */
export function withoutCredentials(route: PlatformRoute, why: string): DomainError {
  return new DomainError('NOT_CONFIGURED', `${named(route)} ${why}; give them with updatePlatform`);
}
