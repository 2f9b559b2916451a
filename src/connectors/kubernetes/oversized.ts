import { MOST_NAME } from './objects.js';
import { tidy } from '../../net/text.js';

/** Bytes of an object that is too large, by which it is named. */
const BEGINNING = 1024;

/** As Go writes objects: their kind, then their metadata, of which the name is the first. */
const NAME = /^\{(?:"(?:kind|apiVersion)":"[^"\\]*",){0,2}"metadata":\{"name":"([^"\\]+)"/;
const EVENT = /^\{"type":"(ADDED|MODIFIED|DELETED)","object":/;

/** The place of an object that is too large to be read. */
export class Oversized {
  constructor(
    /** Of its JSON. */
    private readonly beginning: string,
    private readonly mostBytes: number,
  ) {}

  get complaint(): string {
    return `more than ${this.mostBytes} bytes`;
  }

  /** As far as it can be made out. */
  get name(): string | undefined {
    const name = NAME.exec(this.beginning.trimStart())?.[1];
    return name === undefined ? undefined : tidy(name, MOST_NAME);
  }

  /** What it says where it is an event of a watch, as far as that can be made out. */
  get event(): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: Oversized } | undefined {
    const [before = '', type] = EVENT.exec(this.beginning) ?? [];
    if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined;
    return { type, object: new Oversized(this.beginning.slice(before.length), this.mostBytes) };
  }
}

/** Gathers the bytes of one object after the other, of one that is too large its beginning alone. */
export class ObjectBytes {
  #parts: Buffer[] = [];
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
    this.#parts.push(part);
    // Copied, since a part keeps the whole of what it was cut from in memory.
    if (this.#isOversized) this.#parts = [Buffer.from(Buffer.concat(this.#parts).subarray(0, BEGINNING))];
  }

  /** The present object's JSON; the next one begins. */
  take(): string | Oversized {
    const taken = this.oversized ?? this.#text;
    this.#parts = [];
    this.#length = 0;
    return taken;
  }

  /** The present object if it is too large already. */
  get oversized(): Oversized | undefined {
    return this.#isOversized ? new Oversized(this.#text, this.mostBytes) : undefined;
  }

  get #text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  get #isOversized(): boolean {
    return this.#length > this.mostBytes;
  }
}
