/** Bytes of the pieces that are gathered in, which become larger the more has come. */
const SMALLEST = 1024;
const LARGEST = 65_536;

/** Bytes as they come, in memory of about their own size: whoever sends them one by one makes each of them an object. */
export class Gathered {
  readonly #pieces: Buffer[] = [];
  /** Of the last piece. */
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies them. */
  add(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = rest.subarray(0, this.#room(rest.length));
      this.#pieces.at(-1)?.set(taken, this.#used);
      this.#used += taken.length;
      this.#length += taken.length;
      rest = rest.subarray(taken.length);
    }
  }

  /** All of them. */
  whole(): Buffer {
    const [first, ...others] = this.#pieces;
    if (!first) return Buffer.alloc(0);
    return others.length === 0 ? first.subarray(0, this.#used) : Buffer.concat(this.#pieces, this.#length);
  }

  /** Bytes that the last piece can take. */
  #room(wanted: number): number {
    const left = (this.#pieces.at(-1)?.length ?? 0) - this.#used;
    if (left > 0) return left;
    const size = Math.max(wanted, Math.min(Math.max(this.#length, SMALLEST), LARGEST));
    this.#pieces.push(Buffer.allocUnsafe(size));
    this.#used = 0;
    return size;
  }
}
