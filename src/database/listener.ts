import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log/logger.js';
import { isServerError } from './failures.js';
import { CHANNEL, type Notifications } from './notifications.js';
import type { DatabasePool } from './pool.js';
import { SessionClient } from './sessionClient.js';

/** Milliseconds. A silent connection is found within two beats, a server that is back within the last retry. */
const BEAT = 900;
const FIRST_RETRY = 50;
const LAST_RETRY = 500;
const CONNECT_TIMEOUT = 1500;

/** What comes on the connections of the embedded database, which listen from the first moment on. */
export function listenEmbedded(pool: DatabasePool, notifications: Notifications): void {
  pool.on('connect', (client) => {
    client.on('notification', ({ payload = '' }) => notifications.deliver(payload));
    notifications.setConnected(true);
  });
  pool.on('remove', () => notifications.setConnected(false));
}

export interface ListenerOptions {
  url: string;
  notifications: Notifications;
  logger: Logger;
  /** Called when nothing answers, neither on the connection that listened nor on a new one. */
  onSilence: () => void;
}

/** Listens on a connection of its own, which proves itself by its own notifications, and makes it anew when it is lost. */
class Listener {
  readonly #stopping = new AbortController();
  /** A channel that nobody else listens to. */
  readonly #beats = `${CHANNEL}_${randomUUID().replaceAll('-', '')}`;
  #running: Promise<void> = Promise.resolve();
  #client: SessionClient | undefined;
  /** The last question that was sent, and the one that waits for its end. */
  #asked: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(private readonly options: ListenerOptions) {}

  async start(): Promise<void> {
    const first = await this.#connect();
    this.#running = this.#keepListening(first);
    this.options.notifications.setHearing(async () => this.#hearAll());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.options.notifications.setConnected(false);
  }

  /** A server tells of notifications before it ends its answer to what was asked after them. One question for all who wait. */
  async #hearAll(): Promise<void> {
    this.#next ??= this.#askNext();
    return this.#next;
  }

  async #askNext(): Promise<void> {
    await this.#asked;
    this.#next = undefined;
    const asking = this.#client?.query('select 1') ?? Promise.reject(new Error('nothing listens'));
    this.#asked = asking.catch(() => undefined);
    await asking;
  }

  async #connect(): Promise<SessionClient> {
    const { url, notifications } = this.options;
    const client = new SessionClient({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      query_timeout: CONNECT_TIMEOUT,
      application_name: 'isthmus listener',
    });
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === CHANNEL) notifications.deliver(payload);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}; listen ${this.#beats}; set synchronous_commit = off`);
    } catch (error) {
      client.cut();
      throw error;
    }
    return client;
  }

  async #keepListening(first: SessionClient): Promise<void> {
    const { notifications, logger } = this.options;
    for (let client: SessionClient | undefined = first; client; client = await this.#reconnect()) {
      this.#client = client;
      notifications.setConnected(true);
      const why = await this.#watch(client);
      this.#client = undefined;
      notifications.setConnected(false);
      client.cut();
      if (!this.#stopping.signal.aborted) logger.warn(`the connection that listens for notifications ${why}`);
    }
  }

  /** Resolves when the connection is gone, was silent for a beat, or is to stop. */
  async #watch(client: SessionClient): Promise<string> {
    const { signal } = this.#stopping;
    const ended = new Promise<string>((resolve) => client.once('end', () => resolve('was lost')));
    let heard = true;
    client.on('notification', ({ channel }) => {
      if (channel !== this.#beats) return;
      heard = true;
      this.options.notifications.setHeard();
    });
    const silent = async (): Promise<string> => {
      while (heard && !signal.aborted) {
        heard = false;
        client.query(`select pg_notify('${this.#beats}', '')`).catch(() => undefined);
        await delay(BEAT, undefined, { signal }).catch(() => undefined);
        // After a stall of our own the answer is there and waits to be read.
        for (let turn = 0; turn < 2; turn += 1) await nextTurn();
      }
      return 'is silent';
    };
    return Promise.race([ended, silent()]);
  }

  async #reconnect(): Promise<SessionClient | undefined> {
    const { notifications, logger, onSilence } = this.options;
    const { signal } = this.#stopping;
    for (let wait = FIRST_RETRY; !signal.aborted; wait = Math.min(wait * 2, LAST_RETRY)) {
      try {
        return await this.#connect();
      } catch (error) {
        // A server that refuses one more connection may answer on others.
        if (!isServerError(error)) {
          if (!notifications.isAway)
            logger.warn({ err: error }, 'the database does not answer; trying again');
          notifications.setAway();
          onSilence();
        }
        await delay(wait, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }
}

/** Returns how to stop. */
export async function listenPostgres(options: ListenerOptions): Promise<() => Promise<void>> {
  const listener = new Listener(options);
  await listener.start();
  return () => listener.stop();
}
