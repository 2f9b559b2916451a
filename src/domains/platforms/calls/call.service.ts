import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { withoutSecrets } from '../../../kernel/concealment.js';
import type { RequestContext } from '../../../kernel/context.js';
import { badInput, notFound } from '../../../kernel/errors.js';
import { stringifyExactly } from '../../../kernel/exactJson.js';
import { retryAfterOf } from '../../../kernel/retryAfter.js';
import { unlessAborted } from '../../../kernel/unlessAborted.js';
import { authorise } from '../../identity/index.js';
import type { PlatformAnswer, PlatformCaller } from '../caller.port.js';
import { type Platform, PlatformKind } from '../platform.entity.js';
import type { PlatformService } from '../platform.service.js';
import { type PlatformRoute, authorityOf } from '../route.service.js';
import type { PlatformSigner, Signature, SigningAccount } from '../signer.port.js';
import { mayUse, usableBy } from './access.js';
import type { AccountService, KnownPlatform, PlatformAccount } from './account.service.js';
import { refusal, unreadable, withoutCredentials } from './failures.js';
import type { RequestRoom } from './requestRoom.js';

/** Bytes of an answer: a list of all that a project has is some MB. */
const MOST_ANSWERED = 16_777_216;
const MOST_TRIES = 3;
/** Seconds; a platform that wants to be left alone for longer is. */
const MOST_RETRY_AFTER = 5;
/** Milliseconds before another try where the platform does not say; twice as long before the one after. */
const FIRST_WAIT = 250;
const BUSY = new Set([429, 503]);
const JSON_TYPE = 'application/json';
const SECOND = 1000;

/** What is asked of a platform. */
export interface PlatformRequest {
  method: string;
  /** Path and query, percent-encoded. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as JSON, its numbers as kernel/exactJson.ts has them; a text as it is. */
  body?: unknown;
}

export interface CallOptions {
  /** Whether the request changes nothing, so that it can be tried again. */
  isRead: boolean;
  /** Ends it, beside the caller's going away. */
  signal?: AbortSignal | undefined;
  /** Lists, objects and values of the answer. */
  mostValues?: number | undefined;
}

/** A request with its body as it is sent. */
interface Outgoing extends PlatformRequest {
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
}

/** Makes the request that is sent to this platform, at each try anew: it may hold credentials, which are nobody else's to get. */
type RequestFor = (account: PlatformAccount) => PlatformRequest;

interface Answered {
  answer: PlatformAnswer;
  /** What must not be shown of it. */
  secrets: readonly string[];
  route: PlatformRoute;
}

/** Whom a request is asked for, and until when. */
interface Asking extends CallOptions {
  ctx: RequestContext;
  id: string;
  signal: AbortSignal;
}

/** How a request says who asks. */
interface Signed {
  signer: PlatformSigner;
  signing: SigningAccount;
  signature: Signature;
}

/** What is sent where. */
interface Ready {
  account: PlatformAccount;
  request: Outgoing;
  /** Where the platform's kind needs it. */
  signed: Signed | undefined;
}

type OutgoingFor = (account: PlatformAccount) => Outgoing;

const typeOf = (headers: Readonly<Record<string, string>>): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];

function outgoing({ body, headers, ...request }: PlatformRequest): Outgoing {
  if (body === undefined || body === null) return { ...request, headers, body: undefined };
  const text = typeof body === 'string' ? body : stringifyExactly(body);
  const type = typeOf(headers) === undefined ? { 'content-type': JSON_TYPE } : {};
  return { ...request, headers: { ...type, ...headers }, body: text };
}

/** Milliseconds until a try that makes sense; undefined when there is none. */
function waitAfter({ status, headers }: PlatformAnswer, tries: number): number | undefined {
  if (!BUSY.has(status) || tries >= MOST_TRIES) return undefined;
  const advice = retryAfterOf(headers);
  if (advice === undefined) return FIRST_WAIT * 2 ** (tries - 1);
  return advice > MOST_RETRY_AFTER ? undefined : advice * SECOND;
}

/** By which a platform says that it knows no such account, or not any more. */
const REFUSALS = new Set([401, 403]);

const isSuccess = ({ status }: PlatformAnswer): boolean => status >= 200 && status < 300;

/** Calls to platforms in their callers' names, with the platforms' own credentials. */
export class PlatformCallService {
  constructor(
    private readonly platforms: PlatformService,
    private readonly accounts: AccountService,
    private readonly caller: PlatformCaller,
    private readonly signer: () => Promise<PlatformSigner>,
    private readonly room: RequestRoom,
  ) {}

  /** The platform if the caller may use it: NOT_FOUND for none and for one of another business; BAD_INPUT for one of another kind. */
  async usable(ctx: RequestContext, id: string, kind: PlatformKind): Promise<KnownPlatform> {
    const platform = await this.usableOfAnyKind(ctx, id);
    if (platform.kind === kind) return platform;
    throw badInput([{ path: 'platformId', message: `must be a platform of kind ${kind}` }]);
  }

  /** The same, of whatever kind. */
  async usableOfAnyKind(ctx: RequestContext, id: string): Promise<KnownPlatform> {
    authorise(ctx.principal, 'platform:read');
    const platform = await this.accounts.known(ctx, id);
    if (!platform || !mayUse(ctx.principal, platform.businessId)) throw notFound('platform', id);
    return platform;
  }

  /** The platforms of a kind with credentials that the caller may use, the oldest first. */
  async allUsable(ctx: RequestContext, kind: PlatformKind, most: number): Promise<Platform[]> {
    authorise(ctx.principal, 'platform:read');
    return this.platforms.withCredentials(ctx, { kind, usable: usableBy(ctx.principal), most });
  }

  /**
   * What a success answers: parsed JSON, null for nothing. UPSTREAM_ERROR for any other answer, NOT_CONFIGURED where the
   * platform has no credentials and its kind needs them.
   */
  async call(
    ctx: RequestContext,
    platform: Pick<Platform, 'id'>,
    request: PlatformRequest,
    options: CallOptions,
  ): Promise<unknown> {
    const sent = outgoing(request);
    const { answer, secrets, route } = await this.#patiently(ctx, platform.id, () => sent, options);
    if (!isSuccess(answer)) throw refusal(route, answer, secrets);
    if (answer.body !== null && answer.bodyEncoding !== 'JSON') throw unreadable(route, answer, secrets);
    return withoutSecrets(answer.body, secrets, answer.text);
  }

  /** The answer, whatever its status. */
  async send(
    ctx: RequestContext,
    platform: Pick<Platform, 'id'>,
    requestFor: RequestFor,
    options: CallOptions,
  ): Promise<PlatformAnswer> {
    const outgoingFor = (account: PlatformAccount) => outgoing(requestFor(account));
    return (await this.#patiently(ctx, platform.id, outgoingFor, options)).answer;
  }

  /** As it is now: it may have been changed or removed since the last try. */
  async #account({ ctx, id, isRead }: Omit<Asking, 'signal'>): Promise<PlatformAccount> {
    authorise(ctx.principal, isRead ? 'platform:read' : 'platform:transmit');
    const account = await this.accounts.find(id, (businessId) => mayUse(ctx.principal, businessId));
    if (!account) throw notFound('platform', id);
    return account;
  }

  async #patiently(
    ctx: RequestContext,
    id: string,
    requestFor: OutgoingFor,
    { isRead, signal, mostValues }: CallOptions,
  ): Promise<Answered> {
    const ended = signal ? AbortSignal.any([ctx.signal, signal]) : ctx.signal;
    const asking = { ctx, id, isRead, signal: ended, mostValues };
    return this.room.wait(ctx, async () => {
      for (let tries = 1; ; tries += 1) {
        const answered = await this.#once(asking, requestFor);
        const wait = isRead ? waitAfter(answered.answer, tries) : undefined;
        if (wait === undefined) {
          this.room.take(ctx, answered.answer);
          return answered;
        }
        await setTimeout(wait, undefined, { signal: ended });
      }
    });
  }

  /** The answer; where that is but a refusal of what said who asks, the one to the same request with a signature anew. */
  async #once(asking: Asking, requestFor: OutgoingFor): Promise<Answered> {
    const ready = await this.#ready(asking, requestFor);
    const { account, signed } = ready;
    const answered = await this.#send(asking, ready);
    if (!signed) return answered;
    const { signer, signing, signature } = signed;
    const { status, headers } = answered.answer;
    const isToRepeat = signer.isToRepeat(signing, signature, { status, date: headers.date });
    const isReplaced = async () => REFUSALS.has(status) && !(await this.#isCurrent(asking, account));
    if (!isToRepeat && !(await isReplaced())) return answered;
    return this.#send(asking, await this.#ready(asking, requestFor));
  }

  async #send(
    { ctx: { address }, isRead, signal, mostValues }: Asking,
    { request, account: { route }, signed }: Ready,
  ): Promise<Answered> {
    const headers = { ...request.headers, ...signed?.signature };
    const answer = await this.caller(route, {
      ...request,
      headers,
      address,
      signal,
      mostAnswered: MOST_ANSWERED,
      mostValues,
      ...(isRead && { isRepeatable: true }),
    });
    const secrets = signed ? signed.signer.secretsOf(signed.signing, signed.signature) : [];
    return { answer, secrets, route };
  }

  /** All of it as it is when the platform is asked. */
  async #ready(asking: Asking, requestFor: OutgoingFor): Promise<Ready> {
    for (;;) {
      const account = await this.#account(asking);
      const request = requestFor(account);
      const { route, kind, signing, credentials } = account;
      if (kind !== PlatformKind.MODELARTS) return { account, request, signed: undefined };
      if (!signing) {
        const why = credentials ? 'has credentials that are not those of its kind' : 'has no credentials';
        throw withoutCredentials(route, why);
      }
      const signer = await this.signer();
      const signature = await unlessAborted(this.#sign(signer, signing, request), asking.signal);
      // Whoever vouches for the account may have taken long.
      if (await this.#isCurrent(asking, account))
        return { account, request, signed: { signer, signing, signature } };
    }
  }

  async #isCurrent(asking: Asking, account: PlatformAccount): Promise<boolean> {
    const current = await this.#account(asking);
    return current === account || isDeepStrictEqual(current, account);
  }

  async #sign(
    signer: PlatformSigner,
    account: SigningAccount,
    { method, path, headers, body = '' }: Outgoing,
  ): Promise<Signature> {
    return signer.sign(account, {
      method,
      path,
      host: authorityOf(account.route),
      contentType: typeOf(headers),
      body: Buffer.from(body),
    });
  }
}
