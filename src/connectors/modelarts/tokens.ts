import { DomainError } from '../../kernel/errors.js';
import type { Token } from './iam.js';

/** Milliseconds for which nobody tries to log in again after a refusal: an account is locked after few of them. */
const REFUSAL_KEPT = 30_000;
/** The same where IAM did not answer in time, for which whoever asks next would wait as long. */
const SILENCE_KEPT = 5_000;

/** Whether IAM knows what was asked and will not do it. */
function isRefusal({ details }: DomainError): boolean {
  const status = details.upstream?.status;
  return status !== undefined && status >= 400 && status < 500 && status !== 429;
}

/** Milliseconds for which a failure is everybody's; most may pass in a moment. */
function keptFor(error: unknown): number {
  if (!(error instanceof DomainError)) return 0;
  if (error.code === 'UPSTREAM_TIMEOUT') return SILENCE_KEPT;
  return isRefusal(error) ? REFUSAL_KEPT : 0;
}

/** The one token of an account: renewed before it ends, and when a service no longer knows it. */
export class Tokens {
  #current: Promise<Token> | undefined;
  /** As long as it is not known, nobody asks for another. */
  #until = Infinity;
  /** What the current one is, once it is there. */
  #value: string | undefined;

  constructor(private readonly logIn: () => Promise<Token>) {}

  /** Rejects as `logIn` does. */
  async current(): Promise<string> {
    if (!this.#current || Date.now() >= this.#until) this.#current = this.#renew();
    return (await this.#current).value;
  }

  /** A service refused this token; another one may do. */
  forget(refused: string): void {
    if (this.#value === refused) this.#until = 0;
  }

  async #renew(): Promise<Token> {
    this.#until = Infinity;
    this.#value = undefined;
    try {
      const token = await this.logIn();
      this.#until = token.until;
      this.#value = token.value;
      return token;
    } catch (error) {
      this.#until = Date.now() + keptFor(error);
      throw error;
    }
  }
}
