import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { DomainError } from '../kernel/errors.js';
import type { Connection, ConnectionUser } from './connections.js';
import { exchangeFailure, isHangUp, timedOut } from './failures.js';
import { asText, inPairs, reasonAsSent, responseHeaders } from './headers.js';
import type { Platform } from './platform.js';
import type { TransmitConfig } from './ports.js';
import { reset } from './refusal.js';
import { discardBody, hasBody, RequestBody } from './requestBody.js';
import type { Method } from './target.js';
import { type ClientEnd, openTunnel } from './tunnel.js';
import type { Watch, Watched } from './watch.js';

const HTTP_OK = 200;
const EARLY_HINTS = 103;

type Controller = Dispatcher.DispatchController;

/** What exchanges share. */
export interface ExchangeOwner {
  readonly config: TransmitConfig;
  readonly watch: Watch<Exchange>;
  /** Answers a client to whom nothing has been sent. */
  refuse: (response: ServerResponse, error: DomainError, requestId: string) => void;
  /** The client has its answer, or is gone. */
  settled: (exchange: Exchange) => void;
}

/** What one exchange is about. */
export interface ExchangeParts {
  readonly platform: Platform;
  readonly request: IncomingMessage;
  readonly method: Method;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** The client's address. */
  readonly client: string;
  readonly path: string;
  readonly headers: string[];
  /** Set when the client asks for another protocol. */
  readonly upgrade?: ClientEnd | undefined;
}

/** One request on its way to a platform, and the answer on its way back. */
export class Exchange implements Dispatcher.DispatchHandler, ConnectionUser, Watched {
  readonly startedAt = performance.now();
  deadline: number;
  /** What the client was answered; 0 for nothing. */
  status = 0;
  bytesUp = 0;
  bytesDown = 0;
  /** Why it failed, when it did. */
  error: DomainError | undefined;

  readonly #options: Dispatcher.DispatchOptions;
  readonly #isRepeatable: boolean;
  /** Held from the moment that there is one until the platform's part is over. */
  #connection: Connection | undefined;
  /** There from the moment that the request is being sent. */
  #controller: Controller | undefined;
  /** What the platform has not done when the deadline passes. */
  #awaited = 'had no free connection in time';
  /** Whether the connection had carried a request before this one. */
  #isReused = false;
  #isRetried = false;
  /** Whether the platform's answer is no longer wanted. */
  #isCancelled = false;

  constructor(
    readonly owner: ExchangeOwner,
    readonly parts: ExchangeParts,
  ) {
    const { request, method, path, headers, upgrade } = parts;
    const body = hasBody(request) ? new RequestBody(request) : null;
    this.#isRepeatable = body === null && (method === 'GET' || method === 'HEAD');
    // `reset: false` keeps the connection after HEAD, and after GET with a body, too.
    this.#options = { path, method, headers, body, reset: false, upgrade: upgrade?.protocol ?? null };
    this.deadline = this.startedAt + owner.config.TRANSMIT_HEADERS_TIMEOUT;
  }

  /** Sends the request as soon as there is a connection. Throws when too many are under way. */
  begin(): void {
    const { platform, response } = this.parts;
    platform.enter();
    response.sendDate = false;
    response.on('close', () => this.#settle());
    this.owner.watch.add(this);
    platform.connections.acquire(this);
  }

  start(connection: Connection): void {
    this.#connection = connection;
    // The connector keeps the time of connecting.
    this.deadline = Infinity;
    connection.client.dispatch(this.#options, this);
  }

  expire(): void {
    this.#fail(timedOut(this.parts.platform.route, this.#awaited));
  }

  onRequestStart(controller: Controller): void {
    // Thrown, since `abort` would close the connection, which is as good as new.
    if (this.#isCancelled) throw new Error('the answer is no longer wanted');
    this.#controller = controller;
    if (this.#connection) this.#isReused = this.#connection.served++ > 0;
    this.#progress('did not take the whole body in time, or the client did not send it');
  }

  onBodySent(chunk: Buffer): void {
    this.bytesUp += chunk.length;
    this.deadline = performance.now() + this.owner.config.TRANSMIT_IDLE_TIMEOUT;
  }

  onRequestSent(): void {
    this.#awaited = 'did not answer in time';
    this.deadline = performance.now() + this.owner.config.TRANSMIT_HEADERS_TIMEOUT;
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders, reason = ''): void {
    if (status < HTTP_OK) return this.#inform(status, headers);
    const coding = headers['transfer-encoding'];
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
      throw new Error(`unexpected transfer coding ${coding}`);
    }
    const now = this.#progress('or the client stopped in the middle of the answer');
    const { platform, request, response } = this.parts;
    platform.traffic.observeFirstByte(now - this.startedAt);
    this.status = status;
    const takesTrailers = coding !== undefined && request.httpVersionMinor > 0 && request.method !== 'HEAD';
    response.writeHead(
      status,
      reasonAsSent(reason),
      responseHeaders(controller.rawHeaders, headers, takesTrailers),
    );
    // Headers wait for a body to go with, but not for one that is yet to come.
    process.nextTick(flushHeaders, this);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const { response } = this.parts;
    this.bytesDown += chunk.length;
    this.deadline = performance.now() + this.owner.config.TRANSMIT_IDLE_TIMEOUT;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(controller: Controller): void {
    const { platform, request, response } = this.parts;
    // undici takes a reset for the end of a body that has no length.
    const error = this.#connection?.socket?.errored;
    this.#release();
    if (error) return this.#fail(exchangeFailure(error, platform.route));
    const trailers = asText(controller.rawTrailers);
    if (trailers.length > 0) response.addTrailers(inPairs(trailers));
    response.end();
    if (hasBody(request) && !request.complete) discardBody(request, () => undefined);
  }

  onRequestUpgrade(
    controller: Controller,
    status: number,
    _headers: IncomingHttpHeaders,
    platformEnd: Duplex,
  ): void {
    const { upgrade, response } = this.parts;
    this.#release();
    if (!upgrade || !(platformEnd instanceof Socket)) throw new Error('an upgrade that nobody asked for');
    this.status = status;
    // The tunnel keeps its own time.
    this.deadline = Infinity;
    response.detachSocket(upgrade.socket);
    const headers = asText(controller.rawHeaders);
    openTunnel(upgrade, platformEnd, headers, this.owner.config.TRANSMIT_IDLE_TIMEOUT, (bytes) => {
      this.bytesUp = bytes.up;
      this.bytesDown = bytes.down;
      this.#settle();
    });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#release();
    if (this.#isCancelled) return;
    const mayRetry = this.#isRepeatable && this.#isReused && !this.#isRetried && this.status === 0;
    if (mayRetry && isHangUp(error)) this.#retry();
    else this.#fail(exchangeFailure(error, this.parts.platform.route));
  }

  /** Once more, since the platform closed the unused connection just as the request was sent on it. */
  #retry(): void {
    this.#isRetried = true;
    // Later: undici is in the middle of ending the first try.
    setImmediate(() => {
      if (!this.#isCancelled) this.parts.platform.connections.acquire(this);
    });
  }

  #inform(status: number, { link }: IncomingHttpHeaders): void {
    const { request, response } = this.parts;
    if (status !== EARLY_HINTS || link === undefined || request.httpVersionMinor === 0) return;
    try {
      response.writeEarlyHints({ link });
    } catch {
      // Hints that Node takes for malformed are as good as none.
    }
  }

  #progress(awaited: string): number {
    const now = performance.now();
    this.#awaited = awaited;
    this.deadline = now + this.owner.config.TRANSMIT_IDLE_TIMEOUT;
    return now;
  }

  /** Whether the client has been sent nothing of an answer that has begun and not ended. */
  get isHeld(): boolean {
    return this.#connection !== undefined && this.bytesDown === 0;
  }

  #release(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#controller = undefined;
    if (connection) this.parts.platform.connections.release(connection);
  }

  #cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    if (this.#controller) this.#controller.abort(new Error('the answer is no longer wanted'));
    else this.parts.platform.connections.cancel(this);
  }

  #fail(error: DomainError): void {
    const { request, response, requestId } = this.parts;
    this.error = error;
    this.deadline = Infinity;
    this.#cancel();
    if (response.headersSent) return reset(request.socket);
    this.owner.refuse(response, error, requestId);
    if (response.headersSent) this.status = response.statusCode;
  }

  #settle(): void {
    const { platform } = this.parts;
    this.#cancel();
    this.owner.watch.delete(this);
    platform.leave();
    platform.traffic.count(this.status, this.bytesUp, this.bytesDown);
    this.owner.settled(this);
  }
}

function flushHeaders(exchange: Exchange): void {
  if (exchange.isHeld) exchange.parts.response.flushHeaders();
}
