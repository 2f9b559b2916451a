import { Gathered } from '../kernel/gathered.js';

/** Bytes of an object that is too large, by which it is named. */
const BEGINNING = 1024;

/** The place of an object that is too large to be read. */
export class Oversized {
  constructor(
    /** Of its JSON. */
    readonly beginning: string,
    readonly mostBytes: number,
  ) {}

  get complaint(): string {
    return `more than ${this.mostBytes} bytes`;
  }
}

/** Gathers the bytes of one object after the other, of one that is too large its beginning alone. */
export class ObjectBytes {
  #kept = new Gathered();
  #length = 0;

  constructor(private readonly mostBytes: number) {}

  /** Of the present one, kept or not. */
  get length(): number {
    return this.#length;
  }

  push(part: Buffer): void {
    const wasOversized = this.#isOversized;
    this.#length += part.length;
    if (wasOversized || part.length === 0) return;
    this.#kept.add(part);
    if (this.#isOversized) this.#keepBeginning();
  }

  /** The present object's JSON; the next one begins. */
  take(): string | Oversized {
    const taken = this.oversized ?? this.#text;
    this.#kept = new Gathered();
    this.#length = 0;
    return taken;
  }

  /** The present object if it is too large already. */
  get oversized(): Oversized | undefined {
    return this.#isOversized ? new Oversized(this.#text, this.mostBytes) : undefined;
  }

  get #text(): string {
    return this.#kept.whole().toString();
  }

  #keepBeginning(): void {
    const beginning = this.#kept.whole().subarray(0, BEGINNING);
    this.#kept = new Gathered();
    this.#kept.add(beginning);
  }

  get #isOversized(): boolean {
    return this.#length > this.mostBytes;
  }
}
