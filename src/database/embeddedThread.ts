import { once } from 'node:events';
import { extname } from 'node:path';
import { Duplex } from 'node:stream';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { EmbeddedPlace } from './embeddedServer.js';

interface Chunk {
  chunk: Uint8Array;
}

/** What pg takes for its socket: a connection to the thread. */
class Connection extends Duplex {
  constructor(private readonly port: MessagePort) {
    super();
    port.on('message', (answer: Uint8Array<ArrayBuffer>) => this.push(Buffer.from(answer.buffer)));
    port.once('close', () => this.destroy());
  }

  connect(): void {
    setImmediate(() => this.emit('connect'));
  }

  setNoDelay(): void {}

  ref(): void {
    this.port.ref();
  }

  unref(): void {
    this.port.unref();
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  /** All that belongs to a statement in one message, whose memory goes with it. */
  override _writev(chunks: Chunk[], done: () => void): void {
    const question = new Uint8Array(chunks.reduce((size, { chunk }) => size + chunk.length, 0));
    let size = 0;
    for (const { chunk } of chunks) {
      question.set(chunk, size);
      size += chunk.length;
    }
    this.port.postMessage(question, [question.buffer]);
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.port.close();
    done(error);
  }
}

/** The embedded database in a thread of its own, so that its statements hold up no requests. */
export class EmbeddedThread {
  #worker: Worker | undefined;

  private constructor(private readonly place: EmbeddedPlace) {}

  /** Rejects where the database cannot be opened. */
  static async open(place: EmbeddedPlace = {}): Promise<EmbeddedThread> {
    const thread = new EmbeddedThread(place);
    await once(thread.#start(), 'message');
    return thread;
  }

  /** One at a time; it finds nothing of what the one before has prepared, begun or set. */
  connect(): Duplex {
    const { port1, port2 } = new MessageChannel();
    // After a crash the next one finds what was committed, as after that of a process.
    (this.#worker ?? this.#start()).postMessage(port2, [port2]);
    return new Connection(port1);
  }

  async close(): Promise<void> {
    if (!this.#worker) return;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage(null);
    await ended;
  }

  #start(): Worker {
    const file = new URL(`./embeddedServer${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { workerData: this.place });
    // Its connections end with it, which fails what is asked of them.
    worker.on('error', () => undefined);
    worker.once('exit', () => (this.#worker = undefined));
    this.#worker = worker;
    return worker;
  }
}
