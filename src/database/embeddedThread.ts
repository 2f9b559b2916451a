import { once } from 'node:events';
import { extname } from 'node:path';
import { Duplex } from 'node:stream';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { begin, end, isMade } from './begun.js';
import type { EmbeddedPlace, EmbeddedStart } from './embeddedServer.js';
import { unavailableBy } from './failures.js';
import { refusalOf } from './room.js';

/** Milliseconds until a database that could not be opened is tried again, which takes most of a second of a processor. */
const FIRST_PAUSE = 500;
const LAST_PAUSE = 8000;

/** A thread that did not get to open the database. */
interface Failed {
  error: Error;
  pause: number;
  /** By the clock of `performance.now()`. */
  until: number;
}

interface Chunk {
  chunk: Uint8Array;
}

/** What pg takes for its socket: a connection to the thread. */
class Connection extends Duplex {
  constructor(
    private readonly port: MessagePort,
    private readonly refusal?: Error,
  ) {
    super();
    port.on('message', (answer: Uint8Array<ArrayBuffer>) => this.push(Buffer.from(answer.buffer)));
  }

  connect(): void {
    setImmediate(() => {
      if (this.refusal) this.destroy(this.refusal);
      else if (!this.destroyed) this.emit('connect');
    });
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
  readonly #connections = new Set<Connection>();
  #failed: Failed | undefined;

  private constructor(private readonly place: EmbeddedPlace) {}

  /** Rejects where the database cannot be opened. */
  static async open(place: EmbeddedPlace = {}): Promise<EmbeddedThread> {
    const { folder } = place;
    const isNew = folder === undefined || !isMade(folder);
    if (isNew && folder !== undefined) begin(folder);
    const thread = new EmbeddedThread(place);
    const worker = thread.#start(isNew);
    const ended = once(worker, 'exit').then(() => {
      throw new Error('its thread has ended');
    });
    await Promise.race([once(worker, 'message'), ended]);
    if (folder !== undefined) end(folder);
    return thread;
  }

  /** One at a time; it finds nothing of what the one before has prepared, begun or set. */
  connect(): Duplex {
    const { port1, port2 } = new MessageChannel();
    if (!this.#worker && this.#failed && performance.now() < this.#failed.until)
      return new Connection(port1, this.#failed.error);
    const connection = new Connection(port1);
    this.#connections.add(connection);
    connection.once('close', () => this.#connections.delete(connection));
    // After a crash the next one finds what was committed, as after that of a process.
    (this.#worker ?? this.#start()).postMessage(port2, [port2]);
    return connection;
  }

  async close(): Promise<void> {
    if (!this.#worker) return;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage(null);
    await ended;
  }

  #start(isNew = this.place.folder === undefined): Worker {
    const file = new URL(`./embeddedServer${extname(import.meta.url)}`, import.meta.url);
    const start: EmbeddedStart = { ...this.place, isNew };
    const worker = new Worker(file, { workerData: start });
    let isOpen = false;
    worker.once('message', () => {
      isOpen = true;
      this.#failed = undefined;
    });
    // Told by the end that follows.
    worker.on('error', () => undefined);
    worker.once('exit', (code) => {
      this.#worker = undefined;
      if (code !== 0) this.#fail(isOpen);
    });
    this.#worker = worker;
    return worker;
  }

  /** What is asked of a thread that has ended by itself fails with it. */
  #fail(wasOpen: boolean): void {
    const { folder } = this.place;
    const error = unavailableBy(folder === undefined ? undefined : refusalOf(folder));
    if (!wasOpen) {
      const pause = Math.min(this.#failed ? this.#failed.pause * 2 : FIRST_PAUSE, LAST_PAUSE);
      this.#failed = { error, pause, until: performance.now() + pause };
    }
    for (const connection of this.#connections) connection.destroy(error);
  }
}
