import { errors, jwtVerify } from 'jose';
import { createHmac } from 'node:crypto';
import type { SecretBox } from '../../kernel/secrets.js';

const ALGORITHM = 'HS256';
const ISSUER = 'isthmus';
/** Seconds by which the clocks of replicas may differ: for the beginning of a token, not for its end. */
const CLOCK_SKEW = 60;

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

export interface AccessClaims {
  userId: number;
  sessionId: string;
  expiresAt: Date;
}

/** Access tokens: JWTs under a key derived from SECRET_KEY, named by `kid`, so that keys can be changed without log-outs. */
export class TokenService {
  readonly #keys: ReturnType<SecretBox['derivedKeys']>;

  constructor(
    secrets: SecretBox,
    /** Milliseconds. */
    private readonly lifetime: number,
  ) {
    this.#keys = secrets.derivedKeys('access tokens');
  }

  /** `from` is its beginning: the same one makes the same token. */
  sign(userId: number, sessionId: string, from?: Date): { token: string; expiresIn: number } {
    const [{ id, key }] = this.#keys;
    const now = Math.floor(Date.now() / 1000);
    const issued = from === undefined ? now : Math.floor(from.getTime() / 1000);
    const end = issued + Math.ceil(this.lifetime / 1000);
    const expiresIn = end - now;
    const claims = { sid: sessionId, iss: ISSUER, sub: String(userId), iat: issued, exp: end };
    const content = `${encode({ alg: ALGORITHM, kid: id, typ: 'JWT' })}.${encode(claims)}`;
    // The library would sign on another thread, and wait for a turn among all that hash and read.
    const signature = createHmac('sha256', key).update(content).digest('base64url');
    return { token: `${content}.${signature}`, expiresIn };
  }

  /** What the token says, or null when it is not ours, tampered with or too old. */
  async verify(token: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#keyOf(kid), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        clockTolerance: CLOCK_SKEW,
        requiredClaims: ['exp', 'sub', 'sid'],
      });
      const expiresAt = new Date(Number(payload.exp) * 1000);
      if (expiresAt.getTime() <= Date.now()) return null;
      return {
        userId: Number(payload.sub),
        sessionId: String(payload['sid']),
        expiresAt,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  #keyOf(kid: string | undefined): Buffer {
    const found = this.#keys.find(({ id }) => id === kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return found.key;
  }
}
