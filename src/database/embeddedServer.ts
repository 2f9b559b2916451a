// Runs in a thread of its own: a PostgreSQL of one connection at a time, each a port on which its protocol's bytes travel.
import { PGlite, protocol } from '@electric-sql/pglite';
import { dataDir as prepopulatedDataDir } from '@electric-sql/pglite-prepopulatedfs';
import { existsSync, openAsBlob, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

/** What the thread is started with: the folder, or none for one in memory; a new one starts from `image`, a dumped data folder. */
export interface EmbeddedPlace {
  folder?: string | undefined;
  image?: string | undefined;
  /** Milliseconds between looks at the log. */
  look?: number;
}

/** Whether the database is to be made. */
export interface EmbeddedStart extends EmbeddedPlace {
  isNew: boolean;
}

/**
 * PGlite lives inside our process; PostgreSQL's own defaults would reserve 128 MB more. Of its log, whose files have 16 MB,
 * no more is kept for later than is written between two checkpoints.
 */
const CONFIGURATION = ['shared_buffers=16MB', 'max_connections=10', 'min_wal_size=32MB', 'max_wal_size=64MB'];

/** Files of the log after which a checkpoint is made, and milliseconds between looks. */
const LONG_LOG = 3;
const LOOK = 10_000;

async function open({ folder, image, isNew }: EmbeddedStart): Promise<PGlite> {
  // PGlite would make another.
  const isGone = !isNew && folder !== undefined && !existsSync(join(folder, 'PG_VERSION'));
  if (isGone) throw new Error('PG_VERSION is missing');
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
  return pglite;
}

const place = workerData as EmbeddedStart;
const pglite = await open(place);

const execute = (statement: string): void =>
  void pglite.execProtocolRawSync(protocol.serialize.query(statement));

/** What a connection leaves behind; there is only one session for all of them. */
function startAnew(): void {
  for (const statement of ['rollback', 'discard all']) execute(statement);
}

let lastCheckpoint = Date.now();

/** What a server's checkpointer does: without it the log would grow for as long as the process lives, and be read whole after a crash. */
function shortenLog(folder: string): void {
  const log = join(folder, 'pg_wal');
  const isWritten = (file: string) => statSync(join(log, file)).mtimeMs > lastCheckpoint;
  if (readdirSync(log).filter(isWritten).length < LONG_LOG || pglite.isInTransaction()) return;
  lastCheckpoint = Date.now();
  execute('checkpoint');
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

const { folder, look = LOOK } = place;
const looking = folder === undefined ? undefined : setInterval(shortenLog, look, folder).unref();

/** A connection, or nothing when it is to end. */
parentPort?.on('message', (connection: MessagePort | null) => {
  if (connection) return serve(connection);
  clearInterval(looking);
  void pglite.close().then(() => process.exit(0));
});
parentPort?.postMessage('open');
