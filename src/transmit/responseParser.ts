import type { RawHeaders } from './headers.js';
import { ProtocolError, readFields, readHead, type ResponseHead } from './responseHead.js';

/** Bytes of a head, of trailers, or of the line before a chunk. */
const MOST_HEAD = 65_536;
const MOST_CHUNK_LINE = 4_096;
const START = 'HTTP/1.';
const END_OF_HEAD = '\r\n\r\n';
const CHUNK_LINE = /^([\dA-Fa-f]{1,13})(?:[\t ]*;[\t\x20-\x7e]*)?$/;
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
    // At once, since what is no HTTP may never come to the end of a head.
    if (!START.startsWith(bytes.toString('latin1', 0, START.length))) throw new ProtocolError('not HTTP/1');
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1 ? bytes.length > MOST_HEAD : end > MOST_HEAD) throw new ProtocolError('too long a head');
    if (end === -1) return 0;
    const head = readHead(bytes.toString('latin1', 0, end + 2), this.#method);
    if (head.status === SWITCHING_PROTOCOLS) this.#state = 'upgraded';
    if (head.status < FIRST_FINAL) this.sink.interim(head);
    else this.#begin(head);
    return end + END_OF_HEAD.length;
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
    const end = bytes.indexOf('\r\n');
    if (end === -1 ? bytes.length > MOST_CHUNK_LINE : end > MOST_CHUNK_LINE)
      throw new ProtocolError('too long a line');
    if (end === -1) return 0;
    const size = CHUNK_LINE.exec(bytes.toString('latin1', 0, end))?.[1];
    if (size === undefined) throw new ProtocolError('malformed chunk');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return end + 2;
  }

  #readChunkEnd(bytes: Buffer): number {
    if (bytes.length < 2) return 0;
    if (bytes[0] !== 0x0d || bytes[1] !== 0x0a) throw new ProtocolError('malformed end of a chunk');
    this.#state = 'chunkLine';
    return 2;
  }

  #readTrailers(bytes: Buffer): number {
    if (bytes[0] === 0x0d) {
      if (bytes.length < 2) return 0;
      if (bytes[1] !== 0x0a) throw new ProtocolError('malformed end of chunks');
      this.#end([]);
      return 2;
    }
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1 ? bytes.length > MOST_HEAD : end > MOST_HEAD) throw new ProtocolError('too long trailers');
    if (end === -1) return 0;
    this.#end(readFields(bytes.toString('latin1', 0, end + 2), 0));
    return end + END_OF_HEAD.length;
  }

  #end(trailers: RawHeaders): void {
    this.#state = 'idle';
    this.sink.end(trailers);
  }
}
