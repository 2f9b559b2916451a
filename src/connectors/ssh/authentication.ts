import ssh2, { type AuthHandlerMiddleware, type KeyboardInteractiveCallback, type Prompt } from 'ssh2';
import type { SshFailure } from './failures.js';

export interface Account {
  user: string;
  /** A password, or a private key without a passphrase in OpenSSH's or PEM form. */
  password: string;
}

type Refuse = (failure: SshFailure, what: string) => void;

const PRIVATE_KEY = /^\s*-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/;
/** What servers say when they want another password first. */
const EXPIRED = /new password|change your password|password[a-z ]{0,20} expired/i;

/** Characters of what a server asks. */
const MOST_READ = 1000;

/** Gives the password, once, in the way in which the server wants it, or the key. `refuse` gets to know why nothing else is tried. */
export class Authentication {
  readonly #key: string | undefined;
  /** Whether the server got the password or key. */
  hasTried = false;
  #hasAnswered = false;

  constructor(
    private readonly account: Account,
    private readonly refuse: Refuse,
  ) {
    this.#key = PRIVATE_KEY.test(account.password) ? account.password : undefined;
  }

  /** What to try next; nothing is known of the server at first. */
  readonly next: AuthHandlerMiddleware = (left: string[] | null, isPartial, next) => {
    const { user, password } = this.account;
    if (left === null) return next({ type: 'none', username: user });
    if (this.hasTried) return this.refuse('LOGIN_REFUSED', this.#refusal(left, isPartial));
    this.hasTried = true;
    if (this.#key !== undefined) return this.#offerKey(this.#key, left, next);
    if (left.includes('password')) return next({ type: 'password', username: user, password });
    if (left.includes('keyboard-interactive'))
      return next({ type: 'keyboard-interactive', username: user, prompt: this.#answer });
    this.refuse('LOGIN_REFUSED', `takes no password, but ${left.join(', ') || 'nothing'}`);
  };

  #offerKey(key: string, left: string[], next: Parameters<AuthHandlerMiddleware>[2]): void {
    if (!left.includes('publickey'))
      return this.refuse('LOGIN_REFUSED', `takes no key, but ${left.join(', ') || 'nothing'}`);
    if (ssh2.utils.parseKey(key) instanceof Error)
      return this.refuse('LOGIN_REFUSED', 'gets no key, as the one that is stored cannot be read');
    next({ type: 'publickey', username: this.account.user, key });
  }

  #refusal(left: string[], isPartial: boolean): string {
    if (isPartial) return `wants more than the password or key: ${left.join(', ')}`;
    return this.#key === undefined ? 'refuses the user or the password' : 'refuses the user or the key';
  }

  /** The first single question is that for the password. */
  readonly #answer = (
    name: string,
    instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: KeyboardInteractiveCallback,
  ): void => {
    const questions = prompts.map(({ prompt }) => prompt).join(' ');
    if (this.#hasAnswered || prompts.length > 1 || EXPIRED.test(questions.slice(0, MOST_READ)))
      return this.#refuseQuestions([name, instructions, questions].join(' ').slice(0, MOST_READ));
    this.#hasAnswered = true;
    finish([this.account.password]);
  };

  #refuseQuestions(asked: string): void {
    if (EXPIRED.test(asked)) this.refuse('PASSWORD_EXPIRED', 'wants a new password');
    else this.refuse('LOGIN_REFUSED', `asks for more than the password: ${asked}`);
  }
}
