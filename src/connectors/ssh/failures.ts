import { codeOf } from '../../kernel/connectFailures.js';
import { DomainError, type ErrorCode } from '../../kernel/errors.js';
import type { Named } from '../../net/httpFailures.js';
import { tidy } from '../../net/text.js';

/** What can go wrong, and how the doors spell it. */
const CODES = {
  /** No such name, no route, or nothing was heard for too long before the log-in. */
  UNREACHABLE: 'UPSTREAM_UNREACHABLE',
  /** It hung up before it spoke SSH, as machines also do where few may log in at once. */
  DROPPED: 'UPSTREAM_UNREACHABLE',
  /** It refuses connections, hangs up, or does not speak SSH. */
  REFUSED: 'UPSTREAM_UNREACHABLE',
  /** Another host key than the one that was pinned. */
  HOST_KEY_CHANGED: 'UPSTREAM_CERTIFICATE',
  NO_COMMON_ALGORITHM: 'UPSTREAM_PROTOCOL',
  /** No such account, a wrong password or key, or one that is not asked for. */
  LOGIN_REFUSED: 'UPSTREAM_ERROR',
  /** It hung up once it had the password or key. */
  ACCOUNT_REFUSED: 'UPSTREAM_ERROR',
  PASSWORD_EXPIRED: 'UPSTREAM_ERROR',
  /** The account is in, and commands do not run. */
  COMMAND_REFUSED: 'UPSTREAM_ERROR',
  /** Not there, no regular file, too large, or not to be read by the account. */
  FILE_UNREADABLE: 'UPSTREAM_ERROR',
  /** The machine does not let this account reach others through it. */
  FORWARDING_REFUSED: 'UPSTREAM_ERROR',
  /** The machine forwards, and cannot reach the target. */
  TARGET_UNREACHABLE: 'UPSTREAM_UNREACHABLE',
  /** The connection ended in the middle of a session. */
  LOST: 'UPSTREAM_UNREACHABLE',
  /** Nothing was heard for too long in the middle of a session, or it took too long in all. */
  TIMED_OUT: 'UPSTREAM_TIMEOUT',
  /** More output than is read. */
  TOO_LARGE: 'UPSTREAM_PROTOCOL',
} as const satisfies Record<string, ErrorCode>;

export type SshFailure = keyof typeof CODES;

/** A failure of a session; its message names the machine, and holds no password. */
export class SshError extends DomainError {
  constructor(
    readonly failure: SshFailure,
    { named, conceal }: Named,
    what: string,
    /** The host key that the machine proved before it failed, as `<algorithm> <base64>`. */
    readonly hostKey: string | null = null,
    cause?: unknown,
  ) {
    super(CODES[failure], `${named} ${tidy(conceal(what))}`, {}, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'cannot be looked up',
  EHOSTUNREACH: 'has no route to it',
  ENETUNREACH: 'has no route to its network',
  ENOTFOUND: 'has a name that nobody knows',
  ETIMEDOUT: 'did not accept a connection in time',
};

/** Why no connection came about. */
export function connectionFailure(error: unknown, whom: Named): DomainError {
  if (error instanceof DomainError) return error;
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return new SshError('REFUSED', whom, 'refuses connections', null, error);
  if (code === 'ECONNRESET') return new SshError('DROPPED', whom, 'hung up at once', null, error);
  return new SshError('UNREACHABLE', whom, REASONS[code] ?? `cannot be reached (${code})`, null, error);
}
