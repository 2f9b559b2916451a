import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { inPairs, type RawHeaders } from './headers.js';
import { ProtocolError, type ResponseHead } from './responseHead.js';
import { ResponseParser } from './responseParser.js';

/** Interim answers to one call, which are of no use to it. */
const MOST_INTERIM = 1_000;

const fieldLines = (headers: RawHeaders): string =>
  inPairs(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

/**
 * A connection for one call, on which Node's client finds the answer as forwarding reads it, written anew: forwarding
 * takes what old devices send, at which Node's parser breaks off or, told to be lenient, also takes what has two readings.
 */
export class CallConnection extends Duplex {
  readonly #parser = new ResponseParser({
    interim: () => this.#countInterim(),
    head: (head) => this.#writeHead(head),
    data: (chunk) => this.#writeData(chunk),
    end: (trailers) => this.#writeEnd(trailers),
  });
  #interim = 0;
  #isChunked = false;
  #isEnded = false;

  constructor(
    private readonly socket: Socket,
    method: string,
  ) {
    super();
    this.#parser.expect(method);
    socket
      .on('data', (chunk: Buffer) => this.#feed(chunk))
      .on('error', (error) => this.destroy(error))
      // Whether that was too early, Node's parser tells.
      .on('close', () => this.#end());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.socket.write(chunk, encoding, callback);
  }

  override _final(callback: () => void): void {
    this.socket.end(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.socket.destroy();
    callback(error);
  }

  #feed(chunk: Buffer): void {
    try {
      this.#parser.feed(chunk);
      if (this.#parser.isUpgraded) throw new ProtocolError('an upgrade that nobody asked for');
    } catch (error) {
      this.destroy(error instanceof Error ? error : new ProtocolError(String(error)));
    }
  }

  #countInterim(): void {
    this.#interim += 1;
    if (this.#interim > MOST_INTERIM) throw new ProtocolError(`more than ${MOST_INTERIM} interim answers`);
  }

  #writeHead({ status, reason, headers, framing }: ResponseHead): void {
    this.#isChunked = framing.kind === 'chunked';
    this.#put(Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${fieldLines(headers)}\r\n`, 'latin1'));
  }

  #writeData(chunk: Buffer): void {
    if (this.#isChunked) this.#put(Buffer.from(`${chunk.length.toString(16)}\r\n`));
    this.#put(chunk);
    if (this.#isChunked) this.#put(Buffer.from('\r\n'));
  }

  #writeEnd(trailers: RawHeaders): void {
    if (this.#isChunked) this.#put(Buffer.from(`0\r\n${fieldLines(trailers)}\r\n`, 'latin1'));
    this.#end();
  }

  #put(bytes: Buffer): void {
    if (!this.#isEnded && !this.push(bytes)) this.socket.pause();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  }
}
