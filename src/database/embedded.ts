import { MikroORM } from '@mikro-orm/postgresql';
import { type Database, assemble, healthOf } from './database.js';
import { EmbeddedClient } from './embeddedClient.js';
import type { EmbeddedThread } from './embeddedThread.js';
import type { Folder } from './folder.js';
import { listenEmbedded } from './listener.js';
import { Notifications } from './notifications.js';
import { type Entities, optionsOn } from './options.js';
import { DatabasePool } from './pool.js';
import { type Purpose, applyPolicy } from './schemaPolicy.js';
import { explainEmbedded } from './startFailures.js';

/** The one connection; who finds it busy waits, as long as it takes. */
export const embeddedPool = (thread: EmbeddedThread): DatabasePool =>
  new DatabasePool({
    Client: EmbeddedClient,
    stream: () => thread.connect(),
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    max: 1,
    idleTimeoutMillis: 0,
  });

interface Opening extends Purpose {
  /** Called when nothing uses it any more. */
  closed: () => Promise<void>;
}

/** A database on the open thread. */
export async function openOn(
  thread: EmbeddedThread,
  entities: Entities,
  { closed, ...purpose }: Opening,
): Promise<Database> {
  const pool = embeddedPool(thread);
  const notifications = new Notifications();
  listenEmbedded(pool, notifications);
  const orm = await MikroORM.init(optionsOn(pool, entities));
  const health = healthOf(orm);
  pool.onFailure = (error) => health.note(error);
  await applyPolicy(orm, purpose);
  return assemble({ orm, native: { pool }, notifications, health, closed });
}

/** The database in a folder that was taken; one that cannot be opened is given back. */
export async function openFolder(
  { path, opened, release }: Folder,
  entities: Entities,
  purpose: Purpose,
): Promise<Database> {
  try {
    const thread = await opened;
    const closed = async () => {
      await thread.close();
      release();
    };
    return await openOn(thread, entities, { ...purpose, closed });
  } catch (error) {
    const close = async (thread: EmbeddedThread) => thread.close();
    await opened.then(close, () => undefined);
    release();
    throw explainEmbedded(error, path);
  }
}
