/** Bytes of spans, some 500 of them, that are sent without waiting for more. */
const BATCH = 256 * 1024;

/** Bytes of spans, some 4,000 of them, that wait while others are sent; what comes beyond is dropped. */
const CAPACITY = 2 * 1024 * 1024;

/** Of a character in UTF-8, as UTF-16 counts characters. */
const MOST_BYTES = 3;

export interface OutboxOptions {
  /** What a message says before the spans and after them. */
  frame: { head: string; tail: string };
  /** Milliseconds for which spans are gathered before they are sent. */
  pause: number;
  /** Sends a message, which must not be looked at afterwards; says whether it was taken, and never fails. */
  send: (message: Buffer) => Promise<boolean>;
  warn: (trouble: string) => void;
}

/**
 * Gathers spans in one of two buffers while the other is sent. As bytes, since objects that live for seconds cost the
 * garbage collector more than all else that a span takes.
 */
export class Outbox {
  #filling: Buffer;
  #spare: Buffer = Buffer.allocUnsafeSlow(CAPACITY);
  #length: number;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<boolean> | undefined;
  /** Whether the collector has refused the last message: then the next waits for its time, however much has come. */
  #isResting = false;
  readonly #head: number;

  constructor(private readonly options: OutboxOptions) {
    this.#filling = Buffer.allocUnsafeSlow(CAPACITY);
    this.#head = this.#filling.write(options.frame.head);
    this.#spare.write(options.frame.head);
    this.#length = this.#head;
  }

  /** Takes a span in JSON. */
  add(span: string): void {
    const text = this.#isEmpty ? span : `,${span}`;
    if (this.#length + text.length * MOST_BYTES + this.options.frame.tail.length > CAPACITY) {
      this.#dropped += 1;
      return;
    }
    this.#length += this.#filling.write(text, this.#length);
    if (!this.#sending) this.#arrange();
  }

  /** Sends what is left; says whether all of that was taken. */
  async close(): Promise<boolean> {
    if (this.#isEmpty && !this.#sending) return true;
    const isTaken = await (this.#sending ??= this.#send());
    return (await this.close()) && isTaken;
  }

  get #isEmpty(): boolean {
    return this.#length === this.#head;
  }

  #arrange(): void {
    if (this.#length >= BATCH && !this.#isResting) this.#sending = this.#send();
    else if (!this.#isEmpty) {
      const begin = () => {
        this.#sending ??= this.#send();
      };
      this.#timer ??= setTimeout(begin, this.options.pause).unref();
    }
  }

  async #send(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { frame, send, warn } = this.options;
    const sent = this.#filling;
    const message = sent.subarray(0, this.#length + sent.write(frame.tail, this.#length));
    [this.#filling, this.#length] = [this.#spare, this.#head];
    const isTaken = await send(message);
    this.#spare = sent;
    this.#sending = undefined;
    if (this.#dropped > 0)
      warn(`${this.#dropped} spans were dropped: the collector is slower than they come`);
    this.#dropped = 0;
    this.#isResting = !isTaken;
    this.#arrange();
    return isTaken;
  }
}
