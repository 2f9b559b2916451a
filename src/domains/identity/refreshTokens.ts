import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { SecretBox } from '../../kernel/secrets.js';

const BYTES = 32;

/** By which a token is stored. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Makes refresh tokens. The first of a session is random; each other follows from the one before and from SECRET_KEY, so
 * that any replica can answer it again, while nothing is stored from which it could be read.
 */
export class RefreshTokens {
  readonly #keys: ReturnType<SecretBox['derivedKeys']>;

  constructor(secrets: SecretBox) {
    this.#keys = secrets.derivedKeys('refresh tokens');
  }

  first(): string {
    return randomBytes(BYTES).toString('base64url');
  }

  next(token: string): string {
    return this.#nextBy(this.#keys[0].key, token);
  }

  /** The one of the tokens that may follow by which the hash was made: another replica may have an earlier key. */
  nextOf(token: string, hashes: ReadonlySet<string>): string | undefined {
    return this.#candidates(token).find((next) => hashes.has(hashOf(next)));
  }

  /** Of all tokens that may follow. */
  nextHashes(token: string): string[] {
    return this.#candidates(token).map(hashOf);
  }

  #candidates(token: string): string[] {
    return this.#keys.map(({ key }) => this.#nextBy(key, token));
  }

  #nextBy(key: Buffer, token: string): string {
    return createHmac('sha256', key).update(token).digest('base64url');
  }
}
