import { ObjectBytes, type Oversized } from '../../net/oversized.js';

const NEWLINE = 0x0a;

export interface LineLimits {
  /** Of a line that is kept; of one that has more, the beginning is. */
  mostBytes: number;
  /** Of any line. */
  mostRead: number;
}

/** Splits bytes into lines, wherever the bytes were cut. A line that has no end yet is kept as far as it may be. */
export class LineSplitter {
  readonly #line: ObjectBytes;

  constructor(private readonly limits: LineLimits) {
    this.#line = new ObjectBytes(limits.mostBytes);
  }

  /** The line whose end has not come yet, if it is too large already. */
  get oversized(): Oversized | undefined {
    return this.#line.oversized;
  }

  /** The lines that these bytes end. Throws RangeError for a line that has no end in sight. */
  *push(chunk: Buffer): Generator<string | Oversized> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#line.push(chunk.subarray(start, end));
      start = end + 1;
      yield this.#line.take();
    }
    this.#line.push(chunk.subarray(start));
    const { mostRead } = this.limits;
    if (this.#line.length > mostRead) throw new RangeError(`a line of more than ${mostRead} bytes`);
  }
}
