import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestSigner, SignableRequest, Signature } from '../domains/platforms/index.js';
import { streamOf } from './heldBody.js';
import { fieldOf } from './headers.js';
import type { ResponseHead } from './responseHead.js';

/** The SDK's own rule (BaseCredentials.processAuthRequest): the hash of what is no JSON is left out. */
const HASHED_TYPE = /^\s*(?:$|application\/json\b)/i;

/** Whether the caller says itself who asks. */
export const bringsOwn = (headers: IncomingHttpHeaders): boolean =>
  headers['x-sdk-date'] !== undefined || headers['x-auth-token'] !== undefined;

/** Whether the body has to be read before the request can be sent on. */
export const needsBody = (
  { hashesBody }: RequestSigner,
  { 'content-type': type = '' }: IncomingHttpHeaders,
): boolean => hashesBody && HASHED_TYPE.test(type);

export interface SignedParts {
  /** The whole head, with these fields in it. */
  headWith: (signature: Signature) => string;
  /** Throws where what has been signed must not be sent any more. */
  check: () => Promise<void>;
}

/** A request that is signed on the way. */
export class SignedRequest {
  #signature: Signature = {};
  #isRepeated = false;

  constructor(
    private readonly signer: RequestSigner,
    private readonly request: Omit<SignableRequest, 'body'>,
    /** Null where it is sent on as it comes. */
    private readonly held: Buffer | null,
    private readonly parts: SignedParts,
  ) {}

  /** Signs, anew each time. */
  async head(): Promise<string> {
    this.#signature = await this.signer.sign({ ...this.request, body: this.held });
    await this.parts.check();
    return this.parts.headWith(this.#signature);
  }

  /** The held body, as often as it is asked for. */
  body(): Readable | undefined {
    return this.held ? streamOf(this.held) : undefined;
  }

  /** Whether an answer is but a refusal of the signature, which another one may get past; once. */
  isToRepeat({ status, headers }: ResponseHead): boolean {
    if (this.#isRepeated) return false;
    // What it says is heard also where nothing can be repeated, for the sake of later requests.
    this.#isRepeated = this.signer.isToRepeat(this.#signature, { status, date: fieldOf(headers, 'date') });
    return this.#isRepeated && this.held !== null;
  }
}
