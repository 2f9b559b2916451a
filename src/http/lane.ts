import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '../kernel/errors.js';
import type { Offer } from './offer.js';

/**
 * The requests of one connection, one at a time: what a client sends ahead waits until what came before has been
 * answered, and meanwhile no more is read.
 */
export class Lane {
  /** What the client offers to speak instead of HTTP, with the request that is about to come. */
  offer: Offer | undefined;
  /** What was wrong with what came last, so that nothing can follow. */
  fault: DomainError | undefined;
  #current: ServerResponse | undefined;
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;
  readonly #proceed = () => this.#next();

  constructor(private readonly socket: Socket) {}

  /** The response to a request whose body is still coming. */
  get unread(): ServerResponse | undefined {
    return this.#current?.req.complete === false ? this.#current : undefined;
  }

  /** Starts when all before is answered; all after waits for the end of this response. */
  answer(response: ServerResponse, start: () => void): void {
    if (this.#current) {
      this.#waiting.push(() => this.answer(response, start));
      this.#hold();
      return;
    }
    this.#current = response;
    response.once('close', this.#proceed);
    start();
  }

  /** Starts when all before is answered. From now on nothing else comes, and Node no longer looks after the connection. */
  leave(start: () => void): void {
    const { socket } = this;
    this.#isHeld = false;
    if (!this.#current) return start();
    const fail = () => void socket.destroy();
    const drain = () => void this.#current?.emit('drain');
    socket.on('error', fail).on('drain', drain);
    this.#waiting.push(() => {
      socket.off('drain', drain).off('error', fail);
      start();
    });
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
    if (!this.socket.writable) this.#waiting.length = 0;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0 || !this.#isHeld) return;
    this.#isHeld = false;
    this.socket.resume();
  }
}
