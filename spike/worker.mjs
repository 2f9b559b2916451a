import { PGlite } from '@electric-sql/pglite';
import { dataDir as prepopulated } from '@electric-sql/pglite-prepopulatedfs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
const { folder, image, config } = workerData;
const exists = folder !== undefined && existsSync(join(folder, 'PG_VERSION'));
const t0=performance.now();
const pglite = new PGlite({ ...(folder === undefined ? {} : { dataDir: folder }), ...(exists ? {} : { loadDataDir: image ?? (await prepopulated()) }), postgresqlconf: config });
await pglite.waitReady;
if (process.env.SPIKE) console.log('open in worker', performance.now()-t0, process.memoryUsage().rss/1048576);
parentPort.on('message', (bytes) => {
  const answer = pglite.execProtocolRawSync(bytes);
  if (answer.length === 0) return; const own = answer.byteLength === answer.buffer.byteLength ? answer : answer.slice(); parentPort.postMessage(own, [own.buffer]);
});
parentPort.postMessage(null);
