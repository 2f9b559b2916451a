import type { Socket } from 'node:net';
import type { Inbox } from './connector.js';
import { HangUp } from './failures.js';
import type { RawHeaders } from './headers.js';
import { ProtocolError, type ResponseHead } from './responseHead.js';
import { ResponseParser, type ResponseSink } from './responseParser.js';
import type { Watch, Watched } from './watch.js';

/** Unused connections are closed before a usual server (5 s and more) would, unless it names a shorter time. */
export const LONGEST_UNUSED = 4_000;
/** A platform that says how long it keeps a connection is left this much earlier, since closing takes time to arrive. */
const CLOSING_MARGIN = 1_000;

/** Who sent a request hears what comes of it: `end`, `upgraded` or `failed` is the last. */
export interface ResponseHandler extends ResponseSink {
  /** The connection speaks another protocol from here on, and is the handler's. */
  upgraded: (headers: RawHeaders, socket: Socket) => void;
  /** All that came together has been told. */
  flush?: () => void;
  failed: (error: Error) => void;
}

/** Who lends connections and takes them back. */
export interface ConnectionOwner {
  /** Closes connections that nobody uses; one that is in use has no deadline. */
  readonly unused: Watch<Connection>;
  released: (connection: Connection) => void;
  /** It can't be used any more. */
  lost: (connection: Connection) => void;
}

/** What a request has beside its head. */
export interface RequestShape {
  method: string;
  /** A body follows on the socket; `sent` tells of its end. */
  hasBody: boolean;
  mayUpgrade: boolean;
}

/** One connection to a platform, for one request at a time. */
export class Connection implements Watched, ResponseSink {
  deadline = Infinity;
  slot = -1;
  /** Whether it has carried a request before. */
  isReused = false;
  readonly #parser = new ResponseParser(this);
  #handler: ResponseHandler | undefined;
  #mayUpgrade = false;
  #isSent = true;
  /** What the answer said of the connection's life, in milliseconds. */
  #keptFor = Infinity;
  #upgrade: ResponseHead | undefined;
  #isLost = false;

  readonly #onEnd = () => this.#finish();
  readonly #onError = (error: Error) => this.#fail(error);
  readonly #onClose = () => this.#fail(new HangUp('the connection was closed'));

  constructor(
    readonly socket: Socket,
    private readonly inbox: Inbox,
    private readonly owner: ConnectionOwner,
  ) {
    inbox.receive = (chunk) => {
      this.#read(chunk);
      return true;
    };
    socket.on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
    owner.unused.add(this);
  }

  send(head: string, { method, hasBody, mayUpgrade }: RequestShape, handler: ResponseHandler): void {
    this.deadline = Infinity;
    this.#handler = handler;
    this.#isSent = !hasBody;
    this.#mayUpgrade = mayUpgrade;
    this.#parser.expect(method);
    this.socket.write(head, 'latin1');
  }

  /** The body has been sent. */
  sent(): void {
    this.#isSent = true;
  }

  /** Gives the connection back, ready for another request. */
  release(): void {
    // Whoever waited for a slow client has been given all that there was.
    if (this.socket.isPaused()) this.socket.resume();
    this.deadline = this.owner.unused.after(Math.min(this.#keptFor - CLOSING_MARGIN, LONGEST_UNUSED));
    this.owner.released(this);
  }

  /** Ends the connection; the handler hears no more. */
  destroy(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#handler = undefined;
    this.owner.unused.delete(this);
    this.socket.destroy();
    this.owner.lost(this);
  }

  /** It has been unused for too long. */
  expire(): void {
    this.destroy();
  }

  interim(head: ResponseHead): void {
    if (this.#parser.isUpgraded) this.#upgrade = head;
    else this.#handler?.interim(head);
  }

  head(head: ResponseHead): void {
    this.#keptFor = head.keptFor;
    this.#handler?.head(head);
  }

  data(chunk: Buffer): void {
    this.#handler?.data(chunk);
  }

  end(trailers: RawHeaders): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.end(trailers);
  }

  #read(chunk: Buffer): void {
    // Nothing was asked: what comes can only be an error, or an attempt to answer the next request.
    if (this.#parser.isIdle) return this.destroy();
    let rest: Buffer;
    try {
      rest = this.#parser.feed(chunk);
    } catch (error) {
      return this.#fail(error instanceof Error ? error : new ProtocolError(String(error)));
    }
    this.#handler?.flush?.();
    if (this.#isLost) return;
    if (this.#upgrade) this.#handOver(this.#upgrade, rest);
    else if (this.#parser.isIdle) this.#answered(rest);
  }

  #answered(rest: Buffer): void {
    if (rest.length > 0 || !this.#isSent || this.#keptFor <= CLOSING_MARGIN) return this.destroy();
    this.isReused = true;
    this.release();
  }

  #handOver({ headers }: ResponseHead, rest: Buffer): void {
    if (!this.#mayUpgrade) return this.#fail(new ProtocolError('an upgrade that nobody asked for'));
    if (!this.#isSent) return this.#fail(new ProtocolError('an upgrade in the middle of a request'));
    const { socket } = this;
    const handler = this.#handler;
    this.#isLost = true;
    this.owner.unused.delete(this);
    this.inbox.receive = (chunk) => socket.push(Buffer.from(chunk));
    socket.off('end', this.#onEnd).off('error', this.#onError).off('close', this.#onClose);
    if (rest.length > 0) socket.push(Buffer.from(rest));
    this.owner.lost(this);
    handler?.upgraded(headers, socket);
  }

  #finish(): void {
    if (this.#parser.finish()) this.destroy();
    else this.#fail(new HangUp('the connection was closed'));
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.destroy();
    handler?.failed(error);
  }
}
