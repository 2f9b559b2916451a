import type { PlatformSigner, SigningAccount } from '../../domains/platforms/signer.port.js';
import { type IamParts, logIn } from './iam.js';
import { signatureOf } from './signature.js';
import { Tokens } from './tokens.js';

/** Milliseconds by which clocks may differ: a signature is taken for 15 minutes. */
const TOLERATED_SKEW = 60_000;
/** What says more is no clock; nor is anything signed for a day that is far away. */
const MOST_SKEW = 86_400_000;
/** Hexadecimal digits at the end of `Authorization`, by which the same request could be sent again. */
const DIGITS_OF_SIGNATURE = 64;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** What is kept of an account, for as long as it stays as it is. */
interface Known {
  /** Milliseconds by which the platform's clock is ahead of ours. */
  skew: number;
  tokens: Tokens | undefined;
}

/** Signs requests to Huawei's services, with an access key or with a user's token. */
export function createModelArtsSigner(parts: IamParts): PlatformSigner {
  const accounts = new WeakMap<SigningAccount, Known>();

  const know = (account: SigningAccount): Known => {
    const known = accounts.get(account);
    if (known) return known;
    const { credentials } = account;
    const tokens =
      'accessKey' in credentials ? undefined : new Tokens(() => logIn(credentials, account, parts));
    const made = { skew: 0, tokens };
    accounts.set(account, made);
    return made;
  };

  /** Whether the platform's clock is another than was thought, which is remembered. */
  const learn = (known: Known, date: string | undefined): boolean => {
    const skew = Date.parse(date ?? '') - Date.now();
    if (!(Math.abs(skew) <= MOST_SKEW && Math.abs(skew - known.skew) > TOLERATED_SKEW)) return false;
    known.skew = skew;
    return true;
  };

  return {
    sign: async (account, request) => {
      const { credentials, projectId } = account;
      const { skew, tokens } = know(account);
      if (tokens) return { 'X-Auth-Token': await tokens.current() };
      if (!('accessKey' in credentials)) throw new Error('an account of neither kind');
      return signatureOf(request, { key: credentials, projectId, now: new Date(Date.now() + skew) });
    },
    isToRepeat: (account, signature, { status, date }) => {
      const known = know(account);
      const { 'X-Auth-Token': token } = signature;
      if (known.tokens && token !== undefined && status === UNAUTHORIZED) {
        known.tokens.forget(token);
        return true;
      }
      const isRefused = status === UNAUTHORIZED || status === FORBIDDEN;
      return isRefused && !known.tokens && learn(known, date);
    },
    secretsOf: ({ credentials }, signature) => {
      const token = signature['X-Auth-Token'];
      const ofToken = token === undefined ? [] : [token];
      if (!('accessKey' in credentials)) return [credentials.password, ...ofToken];
      const { secretKey, securityToken } = credentials;
      const digits = signature['Authorization']?.slice(-DIGITS_OF_SIGNATURE);
      return [secretKey, securityToken, digits].filter((secret) => secret !== undefined);
    },
  };
}
