import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { hasBody } from '../kernel/requestBody.js';
import { Lane } from './lane.js';
import { headWithoutOffer, Offer, offeredBy } from './offer.js';

const NOTHING = Buffer.alloc(0);

/** What stands behind the front. */
export interface Doors {
  /** With an offer, the door may go on in another protocol. */
  request: (request: IncomingMessage, response: ServerResponse, offer?: Offer) => void;
  /** Whether the request asks for a WebSocket of our own. */
  isWebSocket: (request: IncomingMessage) => boolean;
  webSocket: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  /** Whether the request's door goes on in other protocols at all. */
  takesOffers: (request: IncomingMessage) => boolean;
}

/**
 * Stands before the doors: answers the requests of a connection one after the other, and makes ordinary requests of
 * those that offer another protocol. Node stops reading a connection at such an offer and drops what follows it when
 * the offer is declined (`shouldUpgradeCallback`), so that the connection is given to the server anew, with the request
 * as it is without the offer.
 */
export class Front {
  readonly #lanes = new WeakMap<Socket, Lane>();
  /** The event by which the server takes a connection. */
  readonly #arrival: string;

  constructor(
    private readonly server: Server,
    private readonly doors: Doors,
  ) {
    this.#arrival = server instanceof TlsServer ? 'secureConnection' : 'connection';
  }

  attach(): void {
    const { server } = this;
    server.on('request', (request, response) => this.#request(request, response));
    server.on('checkExpectation', (request, response) => this.#request(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  #laneOf(socket: Socket): Lane {
    let lane = this.#lanes.get(socket);
    if (!lane) this.#lanes.set(socket, (lane = new Lane(socket)));
    return lane;
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const lane = this.#laneOf(request.socket);
    const { offer } = lane;
    lane.offer = undefined;
    if (offer) response.once('finish', () => offer.decline());
    lane.answer(response, () => this.doors.request(request, response, offer));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) throw new TypeError('not a network connection');
    this.#laneOf(socket).leave(() => {
      if (!this.doors.isWebSocket(request) || hasBody(request)) return this.#readmit(request, socket, head);
      // Until the door takes the socket over, its errors are nobody's.
      socket.on('error', () => socket.destroy());
      this.doors.webSocket(request, socket, head);
    });
  }

  #readmit(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const lane = new Lane(socket);
    this.#lanes.set(socket, lane);
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
