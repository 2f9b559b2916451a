import { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
export class Wire extends Duplex {
  constructor(worker) {
    super({ decodeStrings: false });
    this.worker = worker;
    worker.on('message', (bytes) => this.push(Buffer.from(bytes.buffer)));
  }
  connect() { setImmediate(() => this.emit('connect')); }
  setNoDelay() {} setKeepAlive() {} ref() {} unref() {}
  _read() {}
  _write(chunk, _e, done) { this._writev([{ chunk }], done); }
  _writev(chunks, done) {
    let total = 0; for (const { chunk } of chunks) total += chunk.length;
    const all = new Uint8Array(total); let at = 0;
    for (const { chunk } of chunks) { all.set(chunk, at); at += chunk.length; }
    this.worker.postMessage(all, [all.buffer]);
    done();
  }
}
export async function openWire(folder) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { folder, config: ['shared_buffers=16MB','max_connections=10'] } });
  await once(worker, 'message');
  return worker;
}
