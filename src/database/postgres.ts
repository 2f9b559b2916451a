import { MikroORM } from '@mikro-orm/postgresql';
import { addressesOf } from '../config/databaseUrl.js';
import type { Config } from '../config/settings.js';
import type { Logger } from '../log/logger.js';
import { Copies } from './copies.js';
import { Copy } from './copy.js';
import { type Database, assemble, healthOf, queryOn } from './database.js';
import { listenPostgres } from './listener.js';
import { takeMigrationLock } from './migrate.js';
import { Notifications } from './notifications.js';
import { type Entities, optionsOn } from './options.js';
import { DatabasePool } from './pool.js';
import { PreparingClient } from './preparingClient.js';
import { checkRequirements } from './requirements.js';
import { type Purpose, applyPolicy } from './schemaPolicy.js';
import { SessionClient } from './sessionClient.js';

/** Milliseconds until a request gives up on a connection, and on an answer; every door answers well within 10 s. */
const LIMITS = { connectionTimeoutMillis: 3000, query_timeout: 60_000, keepAlive: true };

/** A start waits longer for a connection, and for what it asks first; and says so, when it takes this long. Milliseconds. */
const START_TIMEOUT = 10_000;
const SAY = 1000;

/** The servers' names for the log: the rest of the address may be secret. */
function placeOf(url: string): string {
  const urls = addressesOf(url).map((address) => new URL(address));
  return `${urls.map(({ host }) => host).join()}${urls[0]?.pathname}`;
}

/** One replica at a time: the others wait here and then find nothing left to do. */
async function prepare(orm: MikroORM, url: string, logger: Logger, purpose: Purpose): Promise<void> {
  const connect = () =>
    new SessionClient({
      connectionString: url,
      connectionTimeoutMillis: START_TIMEOUT,
      query_timeout: START_TIMEOUT,
      application_name: 'isthmus migrations',
    });
  const client = connect();
  const saying = setTimeout(() => logger.info(`waiting for the database at ${placeOf(url)}`), SAY);
  await client.connect().finally(() => clearTimeout(saying));
  try {
    await checkRequirements(client, connect);
    await takeMigrationLock(client, logger);
    await applyPolicy(orm, purpose);
  } finally {
    // Which gives the lock back, and waits for no server that has fallen silent.
    client.cut();
  }
}

type PostgresConfig = Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL'> &
  Partial<Pick<Config, 'DATABASE_READ_URLS'>>;

function poolOf(url: string, { DATABASE_POOL }: PostgresConfig, name: string): DatabasePool {
  return new DatabasePool({
    connectionString: url,
    max: DATABASE_POOL,
    Client: PreparingClient,
    application_name: name,
    ...LIMITS,
  });
}

/** What DATABASE_READ_URLS names. */
function copiesOf(
  config: PostgresConfig,
  {
    orm,
    pool,
    notifications,
    logger,
  }: { orm: MikroORM; pool: DatabasePool; notifications: Notifications; logger: Logger },
): Copies | undefined {
  const { DATABASE_READ_URLS: urls = [] } = config;
  if (urls.length === 0) return undefined;
  const ends = { em: orm.em, primary: pool };
  const copies = urls.map((url) => new Copy(poolOf(url, config, 'isthmus reads'), ends));
  const fork = () => orm.em.fork();
  return new Copies({ copies, query: queryOn(orm), fork, notifications, logger });
}

/** PostgreSQL at DATABASE_URL. */
export async function openPostgres(
  config: PostgresConfig,
  entities: Entities,
  logger: Logger,
  purpose: Purpose,
): Promise<Database> {
  const url = config.DATABASE_URL;
  const pool = poolOf(url, config, 'isthmus');
  const orm = await MikroORM.init(optionsOn(pool, entities, addressesOf(url)[0]));
  const health = healthOf(orm);
  pool.onFailure = (error) => health.note(error);
  try {
    await prepare(orm, url, logger, purpose);
    const notifications = new Notifications();
    const stopListening = await listenPostgres({ url, notifications, logger, onSilence: () => pool.cut() });
    const copies = copiesOf(config, { orm, pool, notifications, logger });
    return assemble({
      orm,
      native: { url, Client: SessionClient },
      notifications,
      health,
      figures: pool.figures(),
      copies,
      stopListening,
    });
  } catch (error) {
    // A server that has fallen silent does not end them.
    pool.cut();
    await orm.close();
    throw error;
  }
}
