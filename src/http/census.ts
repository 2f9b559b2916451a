import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections are looked at, in milliseconds. */
const INTERVAL = 250;
/** Bodies of our own doors are small; a sender that takes longer is cut off. Milliseconds. */
const BODY_TIMEOUT = 30_000;
/** Looks without progress after which a connection counts as one whose client does not read. */
const STALLED_LOOKS = 2;

export interface CensusLimits {
  /** Longest time in which a client takes nothing of an answer of ours, in milliseconds. */
  unreadTimeout: number;
  /** Bytes of answers that wait in memory for clients that do not read, over all connections. */
  mostUnread: number;
  /** Requests of one sender whose head or body is still coming. */
  mostSending: number;
  /** Who is at the other end, among those whose requests are limited; undefined for one who is not. */
  senderOf: (socket: Socket) => string | undefined;
}

/** What is known of one connection. */
class Resident {
  /** The request that is being answered. */
  request: IncomingMessage | undefined;
  /** Whether the answer is made here, rather than forwarded. */
  isOurs = false;
  /** One that was answered before its body was there. */
  #rest: IncomingMessage | undefined;
  /** When the request began, by `performance.now()`. */
  begunAt = 0;
  /** Bytes that waited to be taken at the last look, and for how many looks they have been as many. */
  unread = 0;
  stalled = 0;
  /** Bytes read when the last answer ended: with more of them, a head is coming. */
  #settledAt: number;

  constructor(
    readonly socket: Socket,
    readonly sender: string | undefined,
  ) {
    this.#settledAt = socket.bytesRead;
  }

  get isSendingHead(): boolean {
    return !this.request && this.socket.bytesRead > this.#settledAt;
  }

  get isSendingBody(): boolean {
    return this.request?.complete === false;
  }

  /** The request has been answered; what is left of its body still has to come in time. */
  readonly settle = (): void => {
    this.#rest = this.isSendingBody ? this.request : undefined;
    this.request = undefined;
    this.#settledAt = this.socket.bytesRead;
  };

  get isTooSlow(): boolean {
    const sent = this.request ?? this.#rest;
    return this.isOurs && sent?.complete === false && performance.now() - this.begunAt > BODY_TIMEOUT;
  }

  look(): void {
    const unread = this.socket.writableLength;
    this.stalled = unread > 0 && unread === this.unread ? this.stalled + 1 : 0;
    this.unread = unread;
  }
}

/** Knows every connection, and closes those that cost others too much. */
export class Census {
  readonly #residents = new Map<Socket, Resident>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits: CensusLimits) {}

  add(socket: Socket): void {
    if (this.#residents.has(socket)) return;
    this.#residents.set(socket, new Resident(socket, this.limits.senderOf(socket)));
    socket.once('close', () => this.remove(socket));
    this.#timer ??= setInterval(() => this.#look(), INTERVAL).unref();
  }

  /** It speaks another protocol from now on. */
  remove(socket: Socket): void {
    this.#residents.delete(socket);
  }

  begin(request: IncomingMessage, response: ServerResponse, isOurs: boolean): void {
    const { socket } = request;
    const resident = this.#residents.get(socket);
    if (!resident) return;
    // Left by an earlier answer on the connection.
    if (socket.timeout === this.limits.unreadTimeout) socket.setTimeout(0);
    resident.request = request;
    resident.isOurs = isOurs;
    resident.begunAt = performance.now();
    response.on('close', resident.settle);
  }

  #look(): void {
    let unread = 0;
    for (const resident of this.#residents.values()) {
      resident.look();
      unread += resident.unread;
      if (resident.isTooSlow) resident.socket.destroy();
      // Node's own timer knows whether some of what waits has been taken.
      if (
        resident.unread > 0 &&
        resident.isOurs &&
        resident.request &&
        resident.socket.timeout !== this.limits.unreadTimeout
      ) {
        resident.socket.setTimeout(this.limits.unreadTimeout);
      }
    }
    if (unread > this.limits.mostUnread) this.#makeRoom(unread);
    this.#limitSenders();
    if (this.#residents.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whoever holds most goes first. */
  #makeRoom(unread: number): void {
    const stalled = [...this.#residents.values()].filter((resident) => resident.stalled >= STALLED_LOOKS);
    let left = unread;
    for (const resident of stalled.toSorted((a, b) => b.unread - a.unread)) {
      if (left <= this.limits.mostUnread) return;
      left -= resident.unread;
      resident.socket.destroy();
    }
  }

  /** Of heads the oldest go first, which have had the most time; of bodies the newest, since one may be large. */
  #limitSenders(): void {
    const sending = [...this.#residents.values()].filter(
      ({ sender, isSendingHead, isSendingBody }) => sender !== undefined && (isSendingHead || isSendingBody),
    );
    for (const group of Map.groupBy(sending, ({ sender }) => sender).values()) {
      const surplus = group.length - this.limits.mostSending;
      if (surplus <= 0) continue;
      const heads = group.filter(({ isSendingHead }) => isSendingHead);
      const bodies = group.filter(({ isSendingBody }) => isSendingBody);
      for (const { socket } of [...heads, ...bodies.toReversed()].slice(0, surplus)) socket.destroy();
    }
  }
}
