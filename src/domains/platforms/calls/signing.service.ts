import type { Principal } from '../../../kernel/context.js';
import { isAccessKey } from '../platform.credentials.js';
import type { PlatformRoute } from '../route.service.js';
import type { PlatformSigner, SignableRequest, Signature, SignedAnswer } from '../signer.port.js';
import { mayUse } from './access.js';
import type { AccountService, PlatformAccount } from './account.service.js';

/** Signs requests to one platform. */
export interface RequestSigner {
  /** Where the signed requests go, and nowhere else. */
  readonly route: PlatformRoute;
  /** Whether the body's bytes are part of what is signed. */
  readonly hashesBody: boolean;
  sign: (request: SignableRequest) => Promise<Signature>;
  /** Hears what came of a signature. True when the same request, which was refused, may be accepted with another. */
  isToRepeat: (signature: Signature, answer: SignedAnswer) => boolean;
}

/** Who signs the requests that are forwarded. */
export class SigningService {
  constructor(
    private readonly accounts: AccountService,
    private readonly signer: () => Promise<PlatformSigner>,
  ) {}

  /** Null where a request goes on as it stands: there are no credentials, or they are not the caller's to use. */
  async find(id: string, caller: Principal | null): Promise<RequestSigner | null> {
    const account = await this.accounts.find(id, (businessId) => mayUse(caller, businessId));
    if (!account) return null;
    return this.#signerOf(account, await this.signer());
  }

  #signerOf({ signing }: PlatformAccount, signer: PlatformSigner): RequestSigner | null {
    if (!signing) return null;
    return {
      route: signing.route,
      hashesBody: isAccessKey(signing.credentials),
      sign: async (request) => signer.sign(signing, request),
      isToRepeat: (signature, answer) => signer.isToRepeat(signing, signature, answer),
    };
  }
}
