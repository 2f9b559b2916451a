import { Gathered } from '../kernel/gathered.js';
import { ObjectBytes, type Oversized } from './oversized.js';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** How the list begins, and under which key. */
const ITEMS_BEGIN = /[{,]\s*"(\w+)"\s*:\s*\[$/;
/** How many brackets are open between two items. */
const BETWEEN = 2;

/** A list without its items is its version and where it goes on. */
const MOST_LIST_BYTES = 16_384;

/**
 * Splits the JSON of a list into its items, wherever the bytes were cut, so that each can be parsed and shortened before
 * the next is read: whole lists are large, as text and even more so as objects. What is no JSON is for the parser to find.
 */
export class ItemSplitter {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isAmongItems = false;
  readonly #item: ObjectBytes;
  readonly #list = new Gathered();

  constructor(
    /** Under which the items are. */
    private readonly key: string,
    mostItemBytes: number,
  ) {
    this.#item = new ObjectBytes(mostItemBytes);
  }

  /** The list without its items. */
  get list(): string {
    return this.#list.whole().toString();
  }

  /** The item whose end has not come yet, if it is too large already. */
  get oversized(): Oversized | undefined {
    return this.#item.oversized;
  }

  /** The items that these bytes end. Throws RangeError for a list that is large without its items. */
  push(chunk: Buffer): (string | Oversized)[] {
    const items: (string | Oversized)[] = [];
    let start = 0;
    const cut = (end: number) => {
      this.#put(chunk.subarray(start, end));
      start = end;
    };
    const endItem = (end: number) => {
      cut(end);
      const item = this.#item.take();
      if (typeof item !== 'string' || item.trim() !== '') items.push(item);
    };
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (this.#isInString) this.#passString(byte);
      else if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (!this.#isAmongItems && this.#depth === 1 && byte === OPEN_BRACKET) {
          cut(index + 1);
          this.#isAmongItems = ITEMS_BEGIN.exec(this.list)?.[1] === this.key;
        }
        this.#depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.#isAmongItems && this.#depth === BETWEEN) {
          endItem(index);
          this.#isAmongItems = false;
        }
        this.#depth -= 1;
      } else if (byte === COMMA && this.#isAmongItems && this.#depth === BETWEEN) {
        endItem(index);
        start = index + 1;
      }
    }
    cut(chunk.length);
    return items;
  }

  #passString(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  #put(part: Buffer): void {
    if (this.#isAmongItems) return this.#item.push(part);
    if (this.#list.length + part.length > MOST_LIST_BYTES)
      throw new RangeError(`a list of more than ${MOST_LIST_BYTES} bytes without its items`);
    this.#list.add(part);
  }
}
