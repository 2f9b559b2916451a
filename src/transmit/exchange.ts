import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type DomainError, asDomainError } from '../kernel/errors.js';
import type { Connection, ResponseHandler } from './connection.js';
import type { ConnectionUser } from './connections.js';
import { closing, connectFailure, exchangeFailure, isHangUp, timedOut } from './failures.js';
import {
  besideCors,
  inPairs,
  interimHeaders,
  type RawHeaders,
  responseHeaders,
  trailersOf,
} from './headers.js';
import type { Platform } from './platform.js';
import type { ProtocolOffer, TransmitConfig } from './ports.js';
import { reset } from '../kernel/refusal.js';
import { discardBody, hasBody } from '../kernel/requestBody.js';
import type { ResponseHead } from './responseHead.js';
import type { SignedRequest } from './signing.js';
import type { Method } from './target.js';
import { openTunnel } from './tunnel.js';
import { Upload, type UploadSink } from './upload.js';
import type { Watch, Watched } from './watch.js';

const SWITCHING_PROTOCOLS = 101;

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
  readonly response: ServerResponse;
  readonly method: Method;
  readonly path: string;
  /** The head of the request to the platform, as it is sent. */
  readonly head: string;
  readonly requestId: string;
  /** The client's. */
  readonly address: string;
  /** Set when the client offers another protocol. */
  readonly offer: TunnelOffer | undefined;
  /** Set when the request is signed on the way. */
  readonly signed: SignedRequest | undefined;
}

/** What becomes a tunnel when the platform takes up the client's offer. */
export interface TunnelOffer {
  readonly offer: ProtocolOffer;
  /** Ends the tunnel. */
  readonly signal: AbortSignal;
}

/** One request on its way to a platform, and the answer on its way back. */
export class Exchange implements ConnectionUser, ResponseHandler, UploadSink, Watched {
  readonly startedAt = performance.now();
  deadline: number;
  slot = -1;
  /** What the client was answered; 0 for nothing. */
  status = 0;
  bytesUp = 0;
  bytesDown = 0;
  /** Why it failed, when it did. */
  error: DomainError | undefined;

  /** The connection, until the platform has answered. */
  #connection: Connection | undefined;
  #upload: Upload | undefined;
  /** The head of the request as it is sent next. */
  #head: string;
  /** What the platform has not done when the deadline passes. */
  #awaited = 'had no free connection in time';
  #isRetried = false;
  /** Whether the platform's answer is no longer wanted. */
  #isCancelled = false;
  /**
   * The first of the body, which is sent with the head when it comes with it; as Latin-1 text, since Node joins text
   * with the head, and a single piece is cheaper to write than two.
   */
  #held: string | undefined;
  /** Interim answers that the client has not been sent yet, until when no more are read. */
  #unwritten = 0;
  /** Whether the client has more to read than there is room for, and nothing is read for it until it has. */
  #isFull = false;
  /** Whether the head has been sent on. */
  #isFlushed = false;

  constructor(
    private readonly owner: ExchangeOwner,
    readonly parts: ExchangeParts,
  ) {
    this.deadline = owner.watch.after(owner.config.TRANSMIT_HEADERS_TIMEOUT);
    this.#head = parts.head;
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

  expire(): void {
    this.#fail(timedOut(this.parts.platform.route, this.#awaited));
  }

  start(connection: Connection): void {
    if (this.#isCancelled) return connection.release();
    const { request, method, offer, signed } = this.parts;
    this.#connection = connection;
    const withBody = hasBody(request);
    connection.send(this.#head, { method, hasBody: withBody, mayUpgrade: offer !== undefined }, this);
    if (!withBody) return this.#await('did not answer in time', this.owner.config.TRANSMIT_HEADERS_TIMEOUT);
    this.#await('did not take the body in time, or the client did not send it');
    this.#upload = new Upload(request, connection.socket, this, signed?.body());
  }

  refused(error: Error): void {
    if (!this.#isCancelled) this.#fail(connectFailure(error, this.parts.platform.route));
  }

  bodySent(bytes: number): void {
    this.bytesUp += bytes;
    this.#postpone();
  }

  requestSent(): void {
    this.#connection?.sent();
    this.#await('did not answer in time', this.owner.config.TRANSMIT_HEADERS_TIMEOUT);
  }

  interim({ status, headers, connection }: ResponseHead): void {
    const { request, response } = this.parts;
    if (request.httpVersionMinor === 0) return;
    const socket = this.#connection?.socket;
    this.#unwritten += 1;
    socket?.pause();
    response.writeInformation(status, interimHeaders(headers, connection), () => {
      this.#unwritten -= 1;
      if (this.#unwritten === 0) socket?.resume();
    });
  }

  head(head: ResponseHead): void {
    const { signed } = this.parts;
    if (signed?.isToRepeat(head)) this.#signAnew(signed);
    else this.#answer(head);
  }

  /** Asks again, with another signature. The answer to the first is not read: connections are cheaper than its end. */
  #signAnew(signed: SignedRequest): void {
    this.#abandon();
    this.bytesUp = 0;
    this.#await('had no free connection in time', this.owner.config.TRANSMIT_HEADERS_TIMEOUT);
    void this.#acquireWith(signed);
  }

  async #acquireWith(signed: SignedRequest): Promise<void> {
    try {
      this.#head = await signed.head();
      if (!this.#isCancelled) this.parts.platform.connections.acquire(this);
    } catch (error) {
      if (!this.#isCancelled) this.#fail(asDomainError(error));
    }
  }

  #answer({ status, reason, headers, connection, framing }: ResponseHead): void {
    const { platform, request, response } = this.parts;
    platform.traffic.observeFirstByte(performance.now() - this.startedAt);
    this.status = status;
    const fields = responseHeaders(headers, {
      status,
      connection,
      hasTrailers: framing.kind === 'chunked' && request.httpVersionMinor > 0,
      isKeptAlive: response.shouldKeepAlive,
      isSandboxed: this.owner.config.TRANSMIT_SANDBOX,
    });
    const hasCors = response.getHeaderNames().length > 0;
    response.writeHead(status, reason, hasCors ? besideCors(fields, response.getHeaders()) : fields);
    this.#await('or the client stopped in the middle of the answer');
  }

  data(chunk: Buffer): void {
    this.bytesDown += chunk.length;
    this.#postpone();
    if (this.#isFlushed || this.#held !== undefined) {
      this.flush();
      this.#write(Buffer.from(chunk));
    } else {
      this.#held = chunk.toString('latin1');
    }
  }

  end(trailers: RawHeaders): void {
    const { request, response } = this.parts;
    this.#connection = undefined;
    if (trailers.length > 0) response.addTrailers(inPairs(trailersOf(trailers)));
    if (this.#held === undefined) response.end();
    else response.end(this.#held, 'latin1');
    this.#isFlushed = true;
    this.#held = undefined;
    this.#upload?.stop();
    if (hasBody(request) && !request.complete) discardBody(request, () => undefined);
  }

  upgraded(headers: RawHeaders, platformEnd: Socket): void {
    const { offer: tunnel, response, platform } = this.parts;
    this.#connection = undefined;
    if (!tunnel) throw new Error('an upgrade that nobody asked for');
    const { offer, signal } = tunnel;
    if (signal.aborted) {
      platformEnd.destroy();
      return this.#fail(closing(platform.route));
    }
    this.status = SWITCHING_PROTOCOLS;
    // The tunnel keeps its own time.
    this.deadline = Infinity;
    openTunnel(offer.take(response), platformEnd, {
      headers,
      idleTimeout: this.owner.config.TRANSMIT_IDLE_TIMEOUT,
      signal,
      closed: ({ up, down }) => {
        this.bytesUp += up;
        this.bytesDown += down;
        // Node's own part in it ended when the connection was taken.
        response.emit('close');
      },
    });
  }

  failed(error: Error): void {
    const { platform, request, method } = this.parts;
    const isRepeatable = (method === 'GET' || method === 'HEAD') && !hasBody(request);
    // The platform closed the unused connection just as the request was sent on it.
    const wasStale = this.#connection?.isReused && this.status === 0 && isHangUp(error);
    this.#connection = undefined;
    if (!isRepeatable || !wasStale || this.#isRetried)
      return this.#fail(exchangeFailure(error, platform.route));
    this.#isRetried = true;
    this.#await('had no free connection in time', this.owner.config.TRANSMIT_HEADERS_TIMEOUT);
    platform.connections.acquire(this);
  }

  /** Sends on what has been held back. */
  flush(): void {
    if (this.#isFlushed || this.status === 0) return;
    this.#isFlushed = true;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#write(held);
    else this.parts.response.flushHeaders();
  }

  /** Text is Latin-1. */
  #write(chunk: Buffer | string): void {
    const { response } = this.parts;
    const socket = this.#connection?.socket;
    if (response.write(chunk, 'latin1') || !socket) return;
    socket.pause();
    // All that was read together is written, of which each part would listen.
    if (this.#isFull) return;
    this.#isFull = true;
    response.once('drain', () => {
      this.#isFull = false;
      this.#postpone();
      socket.resume();
    });
  }

  #await(awaited: string, limit: number = this.owner.config.TRANSMIT_IDLE_TIMEOUT): void {
    this.#awaited = awaited;
    this.deadline = this.owner.watch.after(limit);
  }

  /** Something has moved. */
  #postpone(): void {
    this.deadline = this.owner.watch.after(this.owner.config.TRANSMIT_IDLE_TIMEOUT);
  }

  #cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#abandon();
    this.parts.platform.connections.cancel(this);
  }

  /** Leaves the connection, and what goes on there. */
  #abandon(): void {
    this.#upload?.stop();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  #fail(error: DomainError): void {
    const { request, response, requestId } = this.parts;
    this.error = error;
    this.#cancel();
    this.deadline = Infinity;
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
