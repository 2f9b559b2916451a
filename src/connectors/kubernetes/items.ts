const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

const ITEMS_BEGIN = /[{,]\s*"items"\s*:\s*\[$/;
const BETWEEN_ITEMS = /^[\s,]*$/;
/** How many brackets are open between two items, and within one at least. */
const BETWEEN = 2;
const WITHIN = 3;

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
  #item: Buffer[] = [];
  #itemLength = 0;
  readonly #list: Buffer[] = [];
  #listLength = 0;

  constructor(private readonly mostItemBytes: number) {}

  /** The list without its items. */
  get list(): string {
    return Buffer.concat(this.#list).toString();
  }

  /** The items that these bytes end. Throws RangeError for a list that is large without its items and for a large item, SyntaxError for items that are no objects. */
  push(chunk: Buffer): string[] {
    const items: string[] = [];
    let start = 0;
    const cut = (end: number) => {
      this.#put(chunk.subarray(start, end));
      start = end;
    };
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (this.#isInString) this.#passString(byte);
      else if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#isAmongItems) {
          if (this.#depth === BETWEEN) cut(index);
        } else if (this.#depth === 1 && byte === OPEN_BRACKET) {
          cut(index + 1);
          this.#isAmongItems = ITEMS_BEGIN.test(this.list);
        }
        this.#depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.#isAmongItems && this.#depth === WITHIN) {
          cut(index + 1);
          items.push(this.#takeItem());
        } else if (this.#isAmongItems && this.#depth === BETWEEN) {
          cut(index);
          this.#isAmongItems = false;
        }
        this.#depth -= 1;
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
    if (!this.#isAmongItems) {
      this.#listLength += part.length;
      if (this.#listLength > MOST_LIST_BYTES)
        throw new RangeError(`a list of more than ${MOST_LIST_BYTES} bytes without its items`);
      this.#list.push(part);
    } else if (this.#depth >= WITHIN) {
      this.#itemLength += part.length;
      if (this.#itemLength > this.mostItemBytes)
        throw new RangeError(`an item of more than ${this.mostItemBytes} bytes`);
      this.#item.push(part);
    } else if (!BETWEEN_ITEMS.test(part.toString('latin1'))) throw new SyntaxError('an item is no object');
  }

  #takeItem(): string {
    const text = Buffer.concat(this.#item).toString();
    this.#item = [];
    this.#itemLength = 0;
    return text;
  }
}
