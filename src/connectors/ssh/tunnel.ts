import { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import type { ClientChannel } from 'ssh2';

/** A connection through the machine, with what Node's HTTP asks of a socket. Opens by itself; what fails is its error. */
export class Tunnel extends Duplex {
  timeout = 0;
  /** Rejects with its error where it does not open. */
  readonly opened: Promise<void>;
  readonly #opening = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;
  #channel: ClientChannel | undefined;

  constructor(private readonly open: () => Promise<ClientChannel>) {
    super({ allowHalfOpen: false });
    this.opened = this.#opening.promise;
    this.opened.catch(() => undefined);
  }

  /** Bytes that came and were not read: no more than a window, unless the machine ignores it. */
  get backlog(): number {
    return this.#channel?.readableLength ?? 0;
  }

  override _construct(done: (error?: Error | null) => void): void {
    callbackify(() => this.#begin())(done);
  }

  async #begin(): Promise<void> {
    const channel = await this.open();
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      this.#timer?.refresh();
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.push(null));
    // What came before is still to be read.
    channel.on('close', () => (this.readableEnded ? this.destroy() : this.once('end', () => this.destroy())));
    channel.on('error', (error: Error) => this.destroy(error));
    this.#opening.resolve();
  }

  override _read(): void {
    this.#channel?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#timer?.refresh();
    this.#channel?.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#channel?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#opening.reject(error ?? new Error('it was closed before it opened'));
    this.#channel?.destroy();
    // What still comes is nobody's.
    this.#channel?.resume();
    done(error);
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = milliseconds;
    this.#timer = milliseconds > 0 ? setTimeout(() => this.emit('timeout'), milliseconds).unref() : undefined;
    if (!listener) return this;
    return milliseconds > 0 ? this.once('timeout', listener) : this.off('timeout', listener);
  }

  /** The session keeps itself alive. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
