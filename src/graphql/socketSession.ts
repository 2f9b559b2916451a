import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { onAccessEnd } from '../kernel/accessEnd.js';
import { CallerGone } from '../kernel/callerGone.js';
import type { Principal, SessionEnd } from '../kernel/context.js';

/** Milliseconds that an answer under way has when its session ends. */
const LAST_ANSWERS = 5000;
/** Milliseconds for a client to agree to the end of its connection. */
export const CLOSE_TIMEOUT = 5000;

/** After which clients of graphql-ws connect again (RFC 6455's registry). */
export const TRY_AGAIN_LATER = 1013;

/** A connection's life: until its caller is known in time, and then as long as the caller's session. */
export class SocketSession {
  readonly #deadline: NodeJS.Timeout;
  readonly #gone = new AbortController();
  /** Operations that are answered once, by their ids. */
  readonly #answering = new Set<string>();
  #isOver = false;
  #stopFollowing: () => void = () => undefined;

  /** `loginTime` in milliseconds. */
  constructor(
    private readonly socket: WebSocket,
    loginTime: number,
  ) {
    this.#deadline = setTimeout(
      () => this.#close(CloseCode.Unauthorized, 'no access token came in time'),
      loginTime,
    );
    socket.once('close', () => {
      clearTimeout(this.#deadline);
      this.#stopFollowing();
      this.#gone.abort(new CallerGone());
    });
  }

  /** Aborted when the connection is closed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether nothing more may be told of. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The caller is known: ends with its token or session, after answers under way, such as that of the log-out. */
  follow(principal: Principal, onSessionEnd: (listener: (why: SessionEnd) => void) => () => void): void {
    clearTimeout(this.#deadline);
    const end = (why: SessionEnd) => {
      if (this.#isOver) return;
      this.#isOver = true;
      if (why === 'doubted') this.#close(TRY_AGAIN_LATER, 'whether the session goes on cannot be told now');
      else if (this.#answering.size === 0) this.#closeAsEnded();
      else setTimeout(() => this.#closeAsEnded(), LAST_ANSWERS).unref();
    };
    this.#stopFollowing = onAccessEnd(principal, onSessionEnd, end);
  }

  answering(id: string): void {
    this.#answering.add(id);
  }

  answered(id: string): void {
    this.#answering.delete(id);
    // The message that tells the operation's end is sent after this.
    if (this.#isOver && this.#answering.size === 0) setImmediate(() => this.#closeAsEnded());
  }

  #closeAsEnded(): void {
    this.#close(CloseCode.Unauthorized, 'the access token has ended');
  }

  #close(code: number, reason: string): void {
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_TIMEOUT).unref();
  }
}
