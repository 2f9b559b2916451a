const NEWLINE = 0x0a;
const CARRIAGE_RETURN = '\r';
/** Bytes of a line; the rest is cut. */
const MOST_LINE_BYTES = 4096;
const CUT = '…';

/** Splits the bytes of a log into lines, wherever they were cut; of a long one its beginning is kept. */
export class LogLines {
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that these bytes end. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#put(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#put(chunk.subarray(start));
    return lines;
  }

  /** What came after the last line's end. */
  rest(): string[] {
    return this.#length > 0 ? [this.#take()] : [];
  }

  #put(part: Buffer): void {
    const room = MOST_LINE_BYTES - this.#length;
    this.#length += part.length;
    // Copied, since a part keeps the whole of what it was cut from in memory.
    if (room > 0 && part.length > 0) this.#parts.push(Buffer.from(part.subarray(0, room)));
  }

  #take(): string {
    const text = Buffer.concat(this.#parts).toString();
    const line = this.#length > MOST_LINE_BYTES ? text + CUT : text;
    this.#parts = [];
    this.#length = 0;
    return line.endsWith(CARRIAGE_RETURN) ? line.slice(0, -1) : line;
  }
}
