import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '../kernel/errors.js';
import type { Offer } from './offer.js';

/** Requests that wait on one connection, and on all: a few bytes for who sends one, some kilobytes here. */
const MOST_AHEAD = 256;
const MOST_AHEAD_IN_ALL = 16_384;
/** What every connection may be ahead. */
const ALWAYS_AHEAD = 8;

/** What the lanes of one server share. */
export interface Lanes {
  /** Requests that wait. */
  ahead: number;
}

/**
 * The requests of one connection, one at a time: what a client sends ahead waits until what came before has been
 * answered, and meanwhile no more is read. A client may be far ahead with the bytes that were read together; one that
 * is too far is cut off, and asks again for what was not answered, as it must be ready to (RFC 9112 9.3.2).
 */
export class Lane {
  /** What the client offers to speak instead of HTTP, with the request that is about to come. */
  offer: Offer | undefined;
  /** What was wrong with what came last, so that nothing can follow. */
  fault: DomainError | undefined;
  #current: ServerResponse | undefined;
  /** Of the current request, as it came: routers change what the request says. */
  #target = '';
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;
  readonly #proceed = () => this.#next();
  readonly #finish = () => {
    // In a turn of its own, so that a client that is far ahead leaves others theirs.
    if (this.#waiting.length > 0) setImmediate(this.#proceed);
    else this.#next();
  };

  constructor(
    private readonly socket: Socket,
    private readonly lanes: Lanes,
  ) {}

  /** The response to a request whose body is still coming, and that request's target. */
  get unread(): { response: ServerResponse; target: string } | undefined {
    if (this.#current?.req.complete !== false) return undefined;
    return { response: this.#current, target: this.#target };
  }

  /** Starts when all before is answered; all after waits for the end of this response. */
  answer(response: ServerResponse, start: () => void): void {
    if (this.#current) {
      const most = this.lanes.ahead < MOST_AHEAD_IN_ALL ? MOST_AHEAD : ALWAYS_AHEAD;
      if (this.#waiting.length >= most) return void this.socket.destroy();
      this.#wait(() => this.answer(response, start));
      this.#hold();
      return;
    }
    this.#current = response;
    this.#target = response.req.url ?? '';
    // A response closes once; `once` would make a wrapper for each.
    response.on('close', this.#finish);
    start();
  }

  /** Starts when all before is answered. From now on nothing else comes, and Node no longer looks after the connection. */
  leave(start: () => void): void {
    const { socket } = this;
    this.#isHeld = false;
    if (!this.#current) return start();
    const drain = () => void this.#current?.emit('drain');
    socket.on('drain', drain);
    this.#wait(() => {
      socket.off('drain', drain);
      start();
    });
  }

  #wait(start: () => void): void {
    this.#waiting.push(start);
    this.lanes.ahead += 1;
  }

  /** Node resumes reading at the end of each request, so that it is stopped after that. */
  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    setImmediate(() => {
      if (this.#isHeld) this.socket.pause();
    });
  }

  #next(): void {
    this.#current = undefined;
    // Nobody hears an answer that follows the last one.
    const next = this.socket.writable ? this.#waiting.splice(0, 1) : this.#waiting.splice(0);
    this.lanes.ahead -= next.length;
    if (this.socket.writable) next[0]?.();
    if (this.#waiting.length > 0 || !this.#isHeld) return;
    this.#isHeld = false;
    this.socket.resume();
  }
}
