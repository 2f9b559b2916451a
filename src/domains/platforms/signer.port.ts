import type { ModelArtsCredentials } from './platform.credentials.js';
import type { PlatformRoute } from './route.service.js';

export type { AccessKey, IamUser } from './platform.credentials.js';

/** What requests are signed with. The same object for as long as nothing changed. */
export interface SigningAccount {
  readonly route: PlatformRoute;
  readonly region: string | null;
  readonly projectId: string | null;
  readonly credentials: ModelArtsCredentials;
}

/** The body's bytes; null where they are sent on as they come, so that nobody can hash them before. */
export type SignableBody = Uint8Array | null;

/** A request as it goes on the wire. */
export interface SignableRequest {
  method: string;
  /** Path and query, percent-encoded. */
  path: string;
  /** As it stands in Host. */
  host: string;
  contentType?: string | undefined;
  body: SignableBody;
}

/** Header fields that say who asks, in the case in which they are sent. */
export type Signature = Readonly<Record<string, string>>;

/** What an answer says of the signature of its request. */
export interface SignedAnswer {
  status: number;
  /** The field `Date`. */
  date?: string | undefined;
}

/** Says to a platform who asks. */
export interface PlatformSigner {
  /** Throws DomainError when nobody can be found to vouch for the account. */
  sign: (account: SigningAccount, request: SignableRequest) => Promise<Signature>;
  /** Hears what came of a signature. True when the same request, which was refused, may be accepted with another. */
  isToRepeat: (account: SigningAccount, signature: Signature, answer: SignedAnswer) => boolean;
  /** What must be shown to nobody. */
  secretsOf: (account: SigningAccount, signature: Signature) => readonly string[];
}
