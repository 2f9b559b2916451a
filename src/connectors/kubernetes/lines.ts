const NEWLINE = 0x0a;

/** Splits bytes into lines, wherever the bytes were cut. A line that has no end yet is kept, up to `mostBytes` of it. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restLength = 0;

  constructor(private readonly mostBytes: number) {}

  /** The lines that these bytes end. Throws RangeError for a line that is too long. */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      yield this.#take();
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    this.#restLength += part.length;
    if (this.#restLength > this.mostBytes)
      throw new RangeError(`a line of more than ${this.mostBytes} bytes`);
    if (part.length > 0) this.#rest.push(part);
  }

  #take(): string {
    const line = Buffer.concat(this.#rest, this.#restLength).toString();
    this.#rest = [];
    this.#restLength = 0;
    return line;
  }
}
