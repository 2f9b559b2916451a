import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { closeGently } from '../kernel/closeGently.js';
import { DomainError } from '../kernel/errors.js';
import type { SpelledError } from '../kernel/refusal.js';
import { hasBody } from '../kernel/requestBody.js';
import { answerLast, type BrokenRequest, faultOf, targetOf } from './brokenRequest.js';
import { Census, type CensusLimits } from './census.js';
import { faultOfHead } from './head.js';
import { Lane, type Lanes } from './lane.js';
import { headWithoutOffer, Offer, offeredBy } from './offer.js';

const NOTHING = Buffer.alloc(0);
const NO_SOCKET = 'not a network connection';
/** The close that follows is what all who use a connection listen for. */
const ignore = () => undefined;

/** What stands behind the front. */
export interface Doors {
  /** With an offer, the door may go on in another protocol. */
  request: (request: IncomingMessage, response: ServerResponse, offer?: Offer) => void;
  /** Whether the request asks for a WebSocket of our own. */
  isWebSocket: (request: IncomingMessage) => boolean;
  webSocket: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  /** Whether the request's door goes on in other protocols at all. */
  takesOffers: (request: IncomingMessage) => boolean;
  /** Answers a request that no door gets to see. */
  refuse: (request: IncomingMessage, response: ServerResponse, error: DomainError) => void;
  /** The answer to what is no request, or none that Node takes; by its target, as far as that is known. */
  spell: (target: string, error: DomainError, address: string | undefined) => SpelledError;
}

export interface FrontLimits extends CensusLimits {
  /** Of a request's head, in bytes. */
  mostHead: number;
}

/**
 * Stands before the doors: answers the requests of a connection one after the other, and makes ordinary requests of
 * those that offer another protocol. Node stops reading a connection at such an offer and drops what follows it when
 * the offer is declined (`shouldUpgradeCallback`), so that the connection is given to the server anew, with the request
 * as it is without the offer.
 */
export class Front {
  readonly #census: Census;
  readonly #laneOfSocket = new WeakMap<Socket, Lane>();
  readonly #lanes: Lanes = { ahead: 0 };
  /** The event by which the server takes a connection. */
  readonly #arrival: string;

  constructor(
    private readonly server: Server,
    private readonly doors: Doors,
    private readonly limits: FrontLimits,
  ) {
    this.#census = new Census(limits);
    this.#arrival = server instanceof TlsServer ? 'secureConnection' : 'connection';
  }

  attach(): void {
    const { server } = this;
    server.on(this.#arrival, (socket: Socket) => this.#arrive(socket));
    server.on('request', (request, response) => this.#request(request, response));
    server.on('checkExpectation', (request, response) => this.#request(request, response));
    // Bytes are limited, and Node would drop what is beyond the number.
    server.maxHeadersCount = 0;
    server.on('clientError', (error: BrokenRequest, socket) => this.#broken(error, socket));
    server.on('connect', ({ method }, socket) => {
      if (!(socket instanceof Socket)) throw new TypeError(NO_SOCKET);
      const message = `${method} is for proxies`;
      this.#answerLast(socket, '', new DomainError('METHOD_NOT_ALLOWED', message, { allow: [] }));
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Also of a connection that comes anew. Node drops its own listener where a connection leaves HTTP. */
  #arrive(socket: Socket): void {
    socket.off('error', ignore).on('error', ignore);
    this.#census.add(socket);
  }

  #laneOf(socket: Socket): Lane {
    return this.#laneOfSocket.get(socket) ?? this.#newLane(socket);
  }

  #newLane(socket: Socket): Lane {
    const lane = new Lane(socket, this.#lanes);
    this.#laneOfSocket.set(socket, lane);
    return lane;
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const lane = this.#laneOf(request.socket);
    const { offer } = lane;
    lane.offer = undefined;
    if (offer) response.once('finish', () => offer.decline());
    const fault = faultOfHead(request, this.limits.mostHead);
    lane.answer(response, () => {
      if (lane.fault && !request.complete)
        return this.#answerBroken(request.socket, request.url ?? '', lane.fault);
      this.#census.begin(request, response, fault !== undefined || !this.doors.takesOffers(request));
      if (!fault) return this.doors.request(request, response, offer);
      // Others on its way may have understood it differently.
      response.shouldKeepAlive = false;
      this.doors.refuse(request, response, fault);
    });
  }

  #broken(error: BrokenRequest, socket: Duplex): void {
    // What follows a request that was to be the last; its answer is on its way.
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    const fault = faultOf(error);
    if (!fault || !(socket instanceof Socket) || !socket.writable) {
      // One that is being closed still takes what the client sends, so that the client reads our last answer.
      if (!(fault && socket.writableEnded)) socket.destroy();
      return;
    }
    const lane = this.#laneOf(socket);
    if (lane.fault) return;
    lane.fault = fault;
    const { unread } = lane;
    if (!unread) this.#answerLast(socket, targetOf(error), fault);
    else if (unread.response.headersSent) closeGently(socket);
    else this.#answerBroken(socket, unread.target, fault);
  }

  /** A request whose body ends where nobody knows. */
  #answerBroken(socket: Socket, target: string, error: DomainError): void {
    answerLast(socket, this.doors.spell(target, error, socket.remoteAddress));
  }

  #answerLast(socket: Socket, target: string, error: DomainError): void {
    this.#laneOf(socket).leave(() => this.#answerBroken(socket, target, error));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) throw new TypeError(NO_SOCKET);
    this.#laneOf(socket).leave(() => {
      if (!this.doors.isWebSocket(request) || hasBody(request)) return this.#readmit(request, socket, head);
      this.#census.remove(socket);
      this.doors.webSocket(request, socket, head);
    });
  }

  #readmit(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const lane = this.#newLane(socket);
    // What an earlier answer has left: the longest pause until this request.
    socket.setTimeout(0);
    socket.pause();
    this.server.emit(this.#arrival, socket);
    const protocol = this.doors.takesOffers(request) ? offeredBy(request) : undefined;
    // What follows a body can't be told from the body yet.
    const early = protocol === undefined || hasBody(request) ? undefined : head;
    if (protocol !== undefined) lane.offer = new Offer(protocol, socket, early ?? NOTHING);
    if (!early) {
      socket.unshift(Buffer.concat([headWithoutOffer(request), head]));
      socket.resume();
      return;
    }
    socket.emit('data', headWithoutOffer(request));
    // Node reads on at the end of a request, which would take the other protocol for a request.
    socket.pause();
  }
}
