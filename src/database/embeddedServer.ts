// Runs in a thread of its own: a PostgreSQL of one connection at a time, each a port on which its protocol's bytes travel.
import { PGlite, protocol } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { openAsBlob } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { begin, end, isMade } from './begun.js';

/** What the thread is started with: the folder, or none for one in memory; a new one starts from `image`, a dumped data folder. */
export interface EmbeddedPlace {
  folder?: string | undefined;
  image?: string | undefined;
}

/** PGlite lives inside our process; PostgreSQL's own defaults would reserve 128 MB more. */
const CONFIGURATION = ['shared_buffers=16MB', 'max_connections=10'];

async function open({ folder, image }: EmbeddedPlace): Promise<PGlite> {
  const isNew = folder === undefined || !isMade(folder);
  if (isNew && folder !== undefined) begin(folder);
  const pglite = new PGlite({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(isNew
      ? { loadDataDir: image === undefined ? await prepopulatedDataDir() : await openAsBlob(image) }
      : {}),
    postgresqlconf: CONFIGURATION,
  });
  await pglite.waitReady;
  // PostgreSQL gives up where its log cannot be written; PGlite would ask what is left of it again and again.
  pglite.Module.onAbort = () => process.exit(1);
  if (folder !== undefined) end(folder);
  return pglite;
}

const pglite = await open(workerData as EmbeddedPlace);

/** What a connection leaves behind; there is only one session for all of them. */
function startAnew(): void {
  for (const statement of ['rollback', 'discard all'])
    pglite.execProtocolRawSync(protocol.serialize.query(statement));
}

function serve(connection: MessagePort): void {
  startAnew();
  connection.on('message', (question: Uint8Array) => {
    const answer = pglite.execProtocolRawSync(question);
    if (answer.length === 0) return;
    // That of the first message lies in a buffer that is used again.
    const own = answer.byteLength === answer.buffer.byteLength ? answer : answer.slice();
    connection.postMessage(own, [own.buffer as ArrayBuffer]);
  });
}

/** A connection, or nothing when it is to end. */
parentPort?.on('message', (connection: MessagePort | null) => {
  if (connection) return serve(connection);
  void pglite.close().then(() => process.exit(0));
});
parentPort?.postMessage('open');
