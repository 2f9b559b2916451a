import type { RawHeaders } from './headers.js';
import {
  type LineEnd,
  MOST_HEAD,
  ProtocolError,
  readFields,
  readHead,
  type ResponseHead,
  tooLongHead,
} from './responseHead.js';

/** Bytes of the line before a chunk. */
const MOST_CHUNK_LINE = 4_096;
/** Bytes of all interim answers to one request. */
const MOST_INTERIM = 1_048_576;
const START = 'HTTP/1.';
/** Bytes of the end of the last line and of the empty one after it, at most. */
const EMPTY_LINE = 4;
/** White space after the size is tolerated, as everywhere (RFC 9112 7.1.1 has it before extensions). */
const CHUNK_LINE = /^([\dA-Fa-f]+)[\t ]*(?:;[\t\x20-\x7e]*)?$/;
const SWITCHING_PROTOCOLS = 101;
const FIRST_FINAL = 200;
const EMPTY = Buffer.alloc(0);

export interface ResponseSink {
  /** An answer that is followed by another. */
  interim: (head: ResponseHead) => void;
  head: (head: ResponseHead) => void;
  /** The chunk is lent until this returns. */
  data: (chunk: Buffer) => void;
  end: (trailers: RawHeaders) => void;
}

type State =
  | 'idle'
  | 'head'
  | 'length'
  | 'close'
  | 'chunkLine'
  | 'chunk'
  | 'chunkEnd'
  | 'trailers'
  | 'upgraded';

/** Reads the answers to one request after the other from the bytes of a connection (RFC 9112). */
export class ResponseParser {
  #state: State = 'idle';
  #method = '';
  #lineEnd: LineEnd = '\r\n';
  /** Bytes of interim answers so far. */
  #interim = 0;
  /** What has come of a head or a line that is not complete. */
  #rest: Buffer = EMPTY;
  /** Bytes that the body or the chunk still has. */
  #left = 0;

  constructor(private readonly sink: ResponseSink) {}

  /** Whether nothing is expected. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether the last answer changed the protocol; what it left unread belongs to the new one. */
  get isUpgraded(): boolean {
    return this.#state === 'upgraded';
  }

  /** What follows is the answer to a request of this method. */
  expect(method: string): void {
    this.#state = 'head';
    this.#method = method;
    this.#interim = 0;
  }

  /** Returns what it did not read, since nothing was expected any more. The chunk is only lent. Throws ProtocolError. */
  feed(chunk: Buffer): Buffer {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = EMPTY;
    while (bytes.length > 0) {
      const used = this.#step(bytes);
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    if (this.isIdle || this.isUpgraded) return bytes;
    if (bytes.length > 0) this.#rest = Buffer.from(bytes);
    return EMPTY;
  }

  /** The connection has ended in order; false when that was too early. */
  finish(): boolean {
    if (this.#state !== 'close') return false;
    this.#end([]);
    return true;
  }

  /** Reads one part; returns the bytes it took, 0 when it needs more or expects nothing. */
  #step(bytes: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
      case 'chunk':
      case 'close':
        return this.#readData(bytes);
      case 'chunkLine':
        return this.#readChunkLine(bytes);
      case 'chunkEnd':
        return this.#readChunkEnd(bytes);
      case 'trailers':
        return this.#readTrailers(bytes);
      case 'idle':
      case 'upgraded':
        break;
    }
    return 0;
  }

  #readHead(bytes: Buffer): number {
    // Text is searched and cut without leaving JavaScript, which a look at bytes would each time.
    const text = bytes.toString('latin1', 0, MOST_HEAD + EMPTY_LINE);
    // At once, since what is no HTTP may never come to the end of a head.
    if (!START.startsWith(text.slice(0, START.length))) throw new ProtocolError('another protocol');
    const firstEnd = text.indexOf('\n');
    this.#lineEnd = text[firstEnd - 1] === '\r' ? '\r\n' : '\n';
    const end = firstEnd === -1 ? -1 : this.#endOfFields(text);
    if (end === -1 ? bytes.length > MOST_HEAD : end > MOST_HEAD) throw tooLongHead();
    if (end === -1) return 0;
    const head = readHead(text.slice(0, end), this.#method, this.#lineEnd);
    if (head.status === SWITCHING_PROTOCOLS) this.#state = 'upgraded';
    const used = end + this.#lineEnd.length;
    if (head.status >= FIRST_FINAL) this.#begin(head);
    else this.#passInterim(head, used);
    return used;
  }

  /** Where the empty line begins that ends a head or trailers; -1 when it has not come. */
  #endOfFields(read: Buffer | string): number {
    const end = read.indexOf(this.#lineEnd + this.#lineEnd);
    return end === -1 ? -1 : end + this.#lineEnd.length;
  }

  #passInterim(head: ResponseHead, bytes: number): void {
    this.#interim += bytes;
    if (this.#interim > MOST_INTERIM) {
      throw new ProtocolError(`more than ${MOST_INTERIM} bytes of interim answers`);
    }
    this.sink.interim(head);
  }

  #begin(head: ResponseHead): void {
    const { framing } = head;
    this.sink.head(head);
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) return this.#end([]);
    if (framing.kind === 'chunked') {
      this.#state = 'chunkLine';
      return;
    }
    this.#state = framing.kind;
    this.#left = framing.kind === 'length' ? framing.bytes : Infinity;
  }

  #readData(bytes: Buffer): number {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    this.sink.data(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    if (this.#left > 0) return taken;
    if (this.#state === 'chunk') this.#state = 'chunkEnd';
    else this.#end([]);
    return taken;
  }

  #readChunkLine(bytes: Buffer): number {
    const end = bytes.indexOf(this.#lineEnd);
    if (end === -1 ? bytes.length > MOST_CHUNK_LINE : end > MOST_CHUNK_LINE) {
      throw new ProtocolError(`a line of more than ${MOST_CHUNK_LINE} bytes before a chunk`);
    }
    if (end === -1) return 0;
    const size = Number.parseInt(CHUNK_LINE.exec(bytes.toString('latin1', 0, end))?.[1] ?? '', 16);
    if (!Number.isSafeInteger(size)) throw new ProtocolError('a malformed chunk');
    this.#left = size;
    this.#state = size === 0 ? 'trailers' : 'chunk';
    return end + this.#lineEnd.length;
  }

  #readChunkEnd(bytes: Buffer): number {
    const lineEnd = this.#lineEnd;
    if (bytes.length < lineEnd.length) return 0;
    if (bytes.toString('latin1', 0, lineEnd.length) !== lineEnd)
      throw new ProtocolError('a malformed end of a chunk');
    this.#state = 'chunkLine';
    return lineEnd.length;
  }

  #readTrailers(bytes: Buffer): number {
    const lineEnd = this.#lineEnd;
    const start = bytes.toString('latin1', 0, lineEnd.length);
    if (start === lineEnd) {
      this.#end([]);
      return lineEnd.length;
    }
    if (lineEnd.startsWith(start)) return 0;
    const end = this.#endOfFields(bytes);
    if (end === -1 ? bytes.length > MOST_HEAD : end > MOST_HEAD) {
      throw new ProtocolError(`trailers of more than ${MOST_HEAD} bytes`);
    }
    if (end === -1) return 0;
    this.#end(readFields(bytes.toString('latin1', 0, end), 0, lineEnd));
    return end + lineEnd.length;
  }

  #end(trailers: RawHeaders): void {
    this.#state = 'idle';
    this.sink.end(trailers);
  }
}
