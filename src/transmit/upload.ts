import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { linesOf, trailersOf } from './headers.js';

/** What becomes of an upload. */
export interface UploadSink {
  bodySent: (bytes: number) => void;
  requestSent: () => void;
}

/** A request's body on its way to the platform, at the pace of both ends. */
export class Upload {
  readonly #isChunked: boolean;
  readonly #take = (chunk: Buffer) => {
    if (!this.#write(chunk)) this.body.pause();
    this.sink.bodySent(chunk.length);
  };
  readonly #resume = () => void this.body.resume();
  readonly #finish = () => {
    if (this.#isChunked)
      this.socket.write(`0\r\n${linesOf(trailersOf(this.request.rawTrailers))}\r\n`, 'latin1');
    this.#detach();
    this.sink.requestSent();
  };

  constructor(
    private readonly request: IncomingMessage,
    private readonly socket: Socket,
    private readonly sink: UploadSink,
    /** Where the bytes come from; the request itself, unless they have been read already. */
    private readonly body: Readable = request,
  ) {
    this.#isChunked = request.headers['transfer-encoding'] !== undefined;
    body.on('data', this.#take).on('end', this.#finish);
    socket.on('drain', this.#resume);
  }

  /** Leaves the rest of the body unread. */
  stop(): void {
    this.#detach();
    this.body.pause();
  }

  #write(chunk: Buffer): boolean {
    if (!this.#isChunked) return this.socket.write(chunk);
    this.socket.cork();
    this.socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.socket.write(chunk);
    const isTaken = this.socket.write('\r\n', 'latin1');
    this.socket.uncork();
    return isTaken;
  }

  #detach(): void {
    this.body.off('data', this.#take).off('end', this.#finish);
    this.socket.off('drain', this.#resume);
  }
}
