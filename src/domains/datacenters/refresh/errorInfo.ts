import { isTelling } from '../../../kernel/concealment.js';
import { DomainError } from '../../../kernel/errors.js';

/** Characters of what a run tells of its failure. */
const MOST = 8000;
const MOST_CAUSES = 5;
const MASK = '******';

function lineOf(error: unknown): string {
  if (!(error instanceof DomainError)) return 'INTERNAL: a failure of the server, whose log has the detail';
  const { upstream } = error.details;
  const answered = upstream ? ` (${upstream.platform} answered ${upstream.status})` : '';
  return `${error.code}: ${error.message}${answered}`;
}

/** What was being read when it failed, why, and what that came of; the last two without the secrets. */
export function errorInfoOf(error: unknown, reading: string, secrets: readonly string[]): string {
  const lines = [lineOf(error)];
  let { cause } = error as { cause?: unknown };
  while (cause instanceof DomainError && lines.length < MOST_CAUSES) {
    lines.push(`because of ${lineOf(cause)}`);
    ({ cause } = cause);
  }
  const told = secrets
    .filter(isTelling)
    .reduce((all, secret) => all.replaceAll(secret, MASK), lines.join('\n'));
  return `while reading ${reading}:\n${told}`.toWellFormed().replaceAll('\0', '').slice(0, MOST);
}
