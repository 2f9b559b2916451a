import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Whether the message has a body, by its framing (RFC 9112 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/**
 * A request's body for undici, which destroys the stream that it was given when the exchange ends early.
 * Destroying the request itself would close the client's connection before it has its answer.
 */
export class RequestBody extends Readable {
  readonly #take = (chunk: Buffer) => {
    if (!this.push(chunk)) this.source.pause();
  };
  readonly #finish = () => this.push(null);
  #started = false;

  constructor(private readonly source: IncomingMessage) {
    super();
  }

  override _read(): void {
    if (!this.#started) {
      this.#started = true;
      this.source.on('data', this.#take).on('end', this.#finish);
    }
    this.source.resume();
  }

  override _destroy(_error: Error | null, callback: (error?: Error | null) => void): void {
    this.source.off('data', this.#take).off('end', this.#finish).pause();
    callback(null);
  }
}

/** As much of an unused body is read, so that the client gets to see its answer, and no more (bytes, milliseconds). */
const MOST_DISCARDED = 1_048_576;
const LONGEST_DISCARDING = 5_000;

/**
 * Reads and drops what is left of a request's body. When that is too much or takes too long, the connection is closed:
 * nothing else can follow on it.
 */
export function discardBody(request: IncomingMessage, done: () => void): void {
  const { socket } = request;
  let left = MOST_DISCARDED;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', drop).off('end', finish).off('close', finish);
    done();
  };
  const giveUp = () => {
    finish();
    socket.destroySoon();
  };
  const drop = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) giveUp();
  };
  const timer = setTimeout(giveUp, LONGEST_DISCARDING).unref();
  request.on('data', drop).once('end', finish).once('close', finish);
  request.resume();
}
