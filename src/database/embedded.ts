import { MikroORM } from '@mikro-orm/postgresql';
import { join } from 'node:path';
import { openDataFolder, unusable } from '../config/dataFolder.js';
import type { Config } from '../config/settings.js';
import { DomainError } from '../kernel/errors.js';
import { type Database, assemble, healthOf } from './database.js';
import { EmbeddedClient } from './embeddedClient.js';
import { EmbeddedThread } from './embeddedThread.js';
import { listenEmbedded } from './listener.js';
import { lockFolder } from './lock.js';
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

/** The embedded database in DATA_DIR, which one process at a time may have open. */
export async function openFolder(
  config: Pick<Config, 'DATA_DIR'>,
  entities: Entities,
  purpose: Purpose,
): Promise<Database> {
  openDataFolder(config.DATA_DIR);
  const folder = join(config.DATA_DIR, 'database');
  const release = await lockFolder(join(config.DATA_DIR, 'database.lock')).catch((error: unknown) => {
    throw error instanceof DomainError ? error : unusable(config.DATA_DIR, error);
  });
  try {
    const thread = await EmbeddedThread.open({ folder });
    const closed = async () => {
      await thread.close();
      release();
    };
    return await openOn(thread, entities, { ...purpose, closed });
  } catch (error) {
    release();
    throw explainEmbedded(error, folder);
  }
}
