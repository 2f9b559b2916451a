import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { onAccessEnd } from '../kernel/accessEnd.js';
import type { Principal, SessionEnd } from '../kernel/context.js';
import { asDomainError, DomainError } from '../kernel/errors.js';
import { Tally } from '../kernel/figures.js';
import { requestIdFrom } from '../kernel/requestId.js';
import { currentTracer, currentTraceparent } from '../kernel/tracing.js';
import { refuseLoop } from '../kernel/via.js';
import { logExchange, logRefusal } from './accessLog.js';
import { Exchange, type ExchangeOwner } from './exchange.js';
import { replaced } from './failures.js';
import { holdBody } from './heldBody.js';
import type { Platform, Platforms } from './platform.js';
import type { PlatformRoute, RequestSigner } from '../domains/platforms/index.js';
import type { ProtocolOffer, TransmitPorts } from './ports.js';
import { refuse } from '../kernel/refusal.js';
import { hasBody } from '../kernel/requestBody.js';
import { UploadRoom } from '../kernel/uploadRoom.js';
import { type HeadParts, requestHead } from './requestHead.js';
import { SignedRequest, bringsOwn, needsBody } from './signing.js';
import { forwardedPath, isForwardedMethod, type Method, METHODS } from './target.js';
import { Watch } from './watch.js';

const ROUTE_HEADER = 'Plat-Route-Id';

/** A client's request and where its answer goes. */
interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** As performance.now() has it. */
  readonly startedAt: number;
  readonly offer: ProtocolOffer | undefined;
  /** Aborts when the access of whoever offers ends. */
  readonly accessEnd: AbortController | undefined;
}

/** A request whose platform is known. */
interface Prepared {
  readonly received: Received;
  readonly platform: Platform;
  /** The client's. */
  readonly address: string;
  readonly parts: HeadParts;
}

const unknownPlatform = () =>
  new DomainError('NOT_FOUND', `no platform has the id that the header ${ROUTE_HEADER} names`);

/** Goes on at once where there is nothing to wait for: this path is too hot for promises that are not needed. */
function whenKnown<T>(value: T | Promise<T>, go: (value: T) => void | Promise<void>): void | Promise<void> {
  return value instanceof Promise ? value.then(go) : go(value);
}

/** Checks requests in the documented order and starts their exchanges with the platforms. */
export class Forwarder {
  /** Requests that were not forwarded, by the code of the reason. */
  readonly refusals = new Tally<'code'>();
  readonly #owner: ExchangeOwner;
  readonly #watch: Watch<Exchange>;
  readonly #room = new UploadRoom();
  readonly #closing = new AbortController();
  #drained: (() => void) | undefined;

  constructor(
    private readonly ports: TransmitPorts,
    private readonly platforms: Platforms,
  ) {
    const { config } = ports;
    this.#watch = new Watch(Math.min(config.TRANSMIT_HEADERS_TIMEOUT, config.TRANSMIT_IDLE_TIMEOUT));
    this.#owner = {
      config,
      watch: this.#watch,
      refuse: (response, error, requestId) => refuse(response, error, requestId, ports.spell),
      settled: (exchange) => this.#settled(exchange),
    };
  }

  handle(request: IncomingMessage, response: ServerResponse, offer?: ProtocolOffer): void {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    const accessEnd = offer && new AbortController();
    const startedAt = performance.now();
    this.#receive({ request, response, requestId, startedAt, offer, accessEnd });
  }

  /** Resolves when no exchange is under way. Tunnels, which have no end of their own, are closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#watch.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #receive(received: Received): void {
    const { request } = received;
    try {
      const method = this.#check(received);
      const going = whenKnown(this.ports.authorise(request), (caller) => {
        if (caller) this.#endWithAccess(received, caller);
        return whenKnown(this.#findRoute(request), (route) =>
          this.#begin(received, method, { caller, route }),
        );
      });
      going?.catch((error: unknown) => this.#refuse(received, error));
    } catch (error) {
      this.#refuse(received, error);
    }
  }

  #check({ request }: Received): Method {
    const { method = '', headers } = request;
    if (!isForwardedMethod(method)) {
      const message = `${method} is not forwarded; use one of ${METHODS.join(', ')}`;
      throw new DomainError('METHOD_NOT_ALLOWED', message, { allow: [...METHODS] });
    }
    refuseLoop(headers, this.ports.viaName);
    return method;
  }

  #endWithAccess({ response, accessEnd }: Received, caller: Principal): void {
    if (!accessEnd || response.destroyed) return;
    const follow = (ended: (why: SessionEnd) => void) => this.ports.onSessionEnd(caller, ended);
    response.once(
      'close',
      onAccessEnd(caller, follow, () => accessEnd.abort()),
    );
  }

  #findRoute({ headers }: IncomingMessage): PlatformRoute | null | Promise<PlatformRoute | null> {
    const id = headers['plat-route-id'];
    if (typeof id !== 'string' || id === '') {
      throw new DomainError('ROUTE_ID_REQUIRED', `name the platform's id in the header ${ROUTE_HEADER}`);
    }
    return this.ports.findRoute(id);
  }

  #begin(
    received: Received,
    method: Method,
    { caller, route }: { caller: Principal | null; route: PlatformRoute | null },
  ): void | Promise<void> {
    const { request, response, offer } = received;
    if (!route) {
      throw unknownPlatform();
    }
    if (response.destroyed) return undefined;
    const path = forwardedPath(request.url ?? '');
    if (path === undefined) throw new Error('a request that is not for forwarding');
    const platform = this.platforms.of(route);
    const { address, viaTrustedProxy } = this.ports.callerOf(request);
    const hop = {
      host: platform.authority,
      client: address,
      viaTrustedProxy,
      peer: request.socket.remoteAddress ?? '',
      protocol: request.socket instanceof TLSSocket ? 'https' : 'http',
      httpVersion: request.httpVersion,
      viaName: this.ports.viaName,
      traceparent: this.#traceparentFor(request, route),
    } as const;
    const parts = { request, method, path, hop, protocol: offer?.protocol };
    const prepared = { received, platform, address, parts };
    if (!route.isSigned || bringsOwn(request.headers)) return this.#exchange(prepared);
    return whenKnown(this.ports.findSigner(route.id, caller), (signer) =>
      signer ? this.#sign(prepared, signer, caller) : this.#exchange(prepared),
    );
  }

  /** What a client has signed itself stays as it is. */
  #traceparentFor({ headers }: IncomingMessage, { id }: PlatformRoute): string | undefined {
    currentTracer()?.current()?.set({ 'isthmus.platform': id });
    return headers.traceparent !== undefined && bringsOwn(headers) ? undefined : currentTraceparent();
  }

  /** Signs the request and sends it on. */
  async #sign(prepared: Prepared, signer: RequestSigner, caller: Principal | null): Promise<void> {
    const { received, platform, parts } = prepared;
    const { request, method, path } = parts;
    const contentType = request.headers['content-type'];
    const signable = { method, path, host: platform.authority, contentType };
    // Nothing of the body of a client that has gone away meanwhile comes any more, not even its end.
    if (received.response.destroyed) return;
    // One of those under way from here on: the body, and whoever vouches for the account, may take long.
    platform.enter();
    let head: string;
    let signed: SignedRequest;
    try {
      const held = await this.#hold(received, signer, caller);
      if (received.response.destroyed) return;
      signed = new SignedRequest(signer, signable, held, {
        headWith: (signature) => requestHead(parts, signature),
        check: async () => this.#checkUnchanged(request, platform, signer),
      });
      head = await signed.head();
    } finally {
      platform.leave();
    }
    this.#exchange(prepared, { signed, head });
  }

  /** Throws where the platform is another one now, or gone: nobody gets what says who asks somebody else. */
  async #checkUnchanged(request: IncomingMessage, platform: Platform, signer: RequestSigner): Promise<void> {
    if (!platform.replaced.aborted && isDeepStrictEqual(signer.route, platform.route)) return;
    if (!(await this.#findRoute(request))) throw unknownPlatform();
    throw replaced(platform.route);
  }

  /** The body, where it is signed; null where it is sent on as it comes. */
  async #hold(
    { request, response }: Received,
    signer: RequestSigner,
    caller: Principal | null,
  ): Promise<Buffer | null> {
    if (!hasBody(request)) return Buffer.alloc(0);
    if (!needsBody(signer, request.headers)) return null;
    const room = this.#room.hold(caller);
    response.once('close', () => room.release());
    return holdBody(request, room, this.ports.config.TRANSMIT_IDLE_TIMEOUT);
  }

  #exchange(
    { received, platform, address, parts }: Prepared,
    signed?: { signed: SignedRequest; head: string },
  ): void {
    const { request, response, requestId, offer, accessEnd } = received;
    // Its client may have gone away meanwhile.
    if (response.destroyed) return;
    const { method, path } = parts;
    const ends = accessEnd && [accessEnd.signal, platform.replaced, this.#closing.signal];
    const tunnel = offer && ends && { offer, signal: AbortSignal.any(ends) };
    new Exchange(this.#owner, {
      platform,
      request,
      method,
      response,
      requestId,
      address,
      path,
      head: signed ? signed.head : requestHead(parts),
      offer: tunnel,
      signed: signed?.signed,
    }).begin();
  }

  #refuse({ request, response, requestId, startedAt }: Received, thrown: unknown): void {
    const error = asDomainError(thrown);
    this.refusals.add({ code: error.code });
    refuse(response, error, requestId, this.ports.spell);
    const { address } = this.ports.callerOf(request);
    const status = response.headersSent ? response.statusCode : 0;
    const { method, url: target = '' } = request;
    logRefusal(this.ports.loggers, { requestId, address, method, target, status, startedAt, error });
  }

  #settled(exchange: Exchange): void {
    logExchange(this.ports.loggers, exchange);
    if (this.#watch.size === 0) this.#drained?.();
  }
}
