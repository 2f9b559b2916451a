import { DomainError, asDomainError } from '../kernel/errors.js';
import { Gathered } from '../kernel/gathered.js';
import type { AnswerRoom } from './answerRoom.js';
import type { Connection, ResponseHandler } from './connection.js';
import type { ConnectionUser } from './connections.js';
import { connectFailure, exchangeFailure, isHangUp, named, timedOut } from './failures.js';
import type { RawHeaders } from './headers.js';
import type { Platform } from './platform.js';
import type { TransmitConfig } from './ports.js';
import { ProtocolError, type ResponseHead } from './responseHead.js';
import type { Watch, Watched } from './watch.js';

/** Interim answers to one call, which are of no use to it. */
const MOST_INTERIM = 1_000;

/** What is sent. */
export interface CallParts {
  platform: Platform;
  method: string;
  /** Whether it may be sent twice. */
  isRepeatable: boolean;
  head: string;
  body: string | undefined;
  /** Bytes of the answer. */
  mostAnswered: number;
  room: AnswerRoom;
  signal: AbortSignal;
}

/** What came. */
export interface RawAnswer {
  status: number;
  headers: RawHeaders;
  body: Buffer;
  /** Gives back the room that the body takes, once it is held no more. */
  release: () => void;
}

/** One call of our own on the connections that forwarding uses; its answer is held in memory. */
export class CallExchange implements ConnectionUser, ResponseHandler, Watched {
  deadline: number;
  slot = -1;
  readonly #parts: CallParts;
  readonly #outcome = Promise.withResolvers<RawAnswer>();
  readonly #onAbort = () => this.#fail(this.#parts.signal.reason);
  /** Takes as much of the room for answers. */
  readonly #answer = new Gathered();
  #interim = 0;
  #head: ResponseHead | undefined;
  #connection: Connection | undefined;
  #isRetried = false;
  #isSettled = false;

  constructor(
    parts: CallParts,
    private readonly config: TransmitConfig,
    private readonly watch: Watch<CallExchange>,
  ) {
    this.#parts = parts;
    this.deadline = watch.after(config.TRANSMIT_HEADERS_TIMEOUT);
  }

  /** Throws DomainError, or the signal's reason. */
  run(): Promise<RawAnswer> {
    const { signal } = this.#parts;
    this.watch.add(this);
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
    else this.#acquire();
    return this.#outcome.promise;
  }

  expire(): void {
    this.#fail(timedOut(this.#parts.platform.route, 'did not answer in time'));
  }

  start(connection: Connection): void {
    if (this.#isSettled) return connection.release();
    const { method, head, body } = this.#parts;
    this.#connection = connection;
    this.deadline = this.watch.after(this.config.TRANSMIT_HEADERS_TIMEOUT);
    connection.send(
      body === undefined ? head : head + body,
      { method, hasBody: false, mayUpgrade: false },
      this,
    );
  }

  refused(error: Error): void {
    this.#fail(connectFailure(error, this.#parts.platform.route));
  }

  interim(): void {
    this.#interim += 1;
    if (this.#interim > MOST_INTERIM) throw new ProtocolError(`more than ${MOST_INTERIM} interim answers`);
  }

  /** From here on the whole answer has its time: one that drips would go on for ever if each byte had. */
  head(head: ResponseHead): void {
    this.#head = head;
    this.deadline = this.watch.after(this.config.TRANSMIT_IDLE_TIMEOUT);
  }

  data(chunk: Buffer): void {
    const { platform, mostAnswered, room } = this.#parts;
    if (this.#answer.length + chunk.length > mostAnswered) {
      const message = `${named(platform.route)} answered with more than ${mostAnswered} bytes; forward the request over REST`;
      return this.#fail(new DomainError('UPSTREAM_PROTOCOL', message));
    }
    try {
      room.take(platform.route.id, chunk.length);
    } catch (error) {
      return this.#fail(asDomainError(error));
    }
    this.#answer.add(chunk);
  }

  end(): void {
    this.#connection = undefined;
    const { status = 0, headers = [] } = this.#head ?? {};
    const body = this.#answer.whole();
    const release = () => this.#giveRoom();
    this.#settle(() => this.#outcome.resolve({ status, headers, body, release }));
  }

  upgraded(): void {
    throw new Error('an upgrade that nobody asked for');
  }

  failed(error: Error): void {
    const wasStale = this.#connection?.isReused && !this.#head && isHangUp(error);
    this.#connection = undefined;
    if (!wasStale || !this.#parts.isRepeatable || this.#isRetried)
      return this.#fail(exchangeFailure(error, this.#parts.platform.route));
    this.#isRetried = true;
    this.#acquire();
  }

  /** What must not be sent twice goes on a new connection: an unused one may be closed at the same moment. */
  #acquire(): void {
    const { platform, isRepeatable } = this.#parts;
    platform.connections.acquire(this, { isNew: !isRepeatable });
  }

  #fail(reason: unknown): void {
    this.#settle(() => {
      this.#giveRoom();
      this.#outcome.reject(reason);
    });
  }

  #giveRoom(): void {
    const { room, platform } = this.#parts;
    room.give(platform.route.id, this.#answer.length);
  }

  #settle(tell: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.watch.delete(this);
    this.#parts.signal.removeEventListener('abort', this.#onAbort);
    this.#parts.platform.connections.cancel(this);
    this.#connection?.destroy();
    this.#connection = undefined;
    tell();
  }
}
