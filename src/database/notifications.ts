import { Repeater, SlidingBuffer } from '@graphql-yoga/subscription';
import { Client } from 'pg';
import type { PGlite } from '@electric-sql/pglite';
import type { EntityManager, EventSubscriber, TransactionEventArgs } from '@mikro-orm/postgresql';
import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../kernel/logger.js';

const CHANNEL = 'isthmus';
const FIRST_RETRY = 100;
const LAST_RETRY = 5000;
const HEARTBEAT = 5000;
const STREAM_BUFFER = 256;

/** A kind of message and the shape of its payload, which must survive JSON. */
export class Topic<T extends object> {
  declare readonly payload: T;

  constructor(readonly name: string) {}
}

interface Message {
  topic: string;
  payload: object;
}

/**
 * Messages to every replica by PostgreSQL's NOTIFY. A message is delivered when the transaction that published it
 * commits; this process hears its own before whoever waits for the transaction goes on.
 * Delivery is at most once: after a lost connection `onGap` tells what is cached to start anew.
 */
export class Notifications implements EventSubscriber {
  readonly #bus = new EventEmitter().setMaxListeners(0);
  /** Tells this process's messages, which it has heard, from the others'. */
  readonly #sender = randomUUID();
  readonly #uncommitted = new WeakMap<object, Message[]>();
  #connected = false;

  /** False while messages may be missed; what is cached must then be read again before use. */
  get isConnected(): boolean {
    return this.#connected;
  }

  /** Sends within the entity manager's transaction; the payload must stay small (8,000 bytes is PostgreSQL's limit). */
  async publish<T extends object>(em: EntityManager, { name }: Topic<T>, payload: T): Promise<void> {
    const message: Message = { topic: name, payload };
    const text = JSON.stringify({ ...message, sender: this.#sender });
    await em.execute('select pg_notify(?, ?)', [CHANNEL, text]);
    const transaction = em.getTransactionContext<object>();
    if (!transaction) this.#emit(message);
    else this.#uncommitted.set(transaction, [...(this.#uncommitted.get(transaction) ?? []), message]);
  }

  /** For the ORM. */
  async afterTransactionCommit({ transaction }: TransactionEventArgs): Promise<void> {
    const messages = this.#uncommitted.get(transaction as object) ?? [];
    for (const message of messages) this.#emit(message);
  }

  /** Returns how to unsubscribe. */
  subscribe<T extends object>({ name }: Topic<T>, listener: (payload: T) => void): () => void {
    const event = `topic:${name}`;
    // Else what a listener reads would belong to the publisher's transaction, which is over.
    const bound = AsyncResource.bind(listener);
    this.#bus.on(event, bound);
    return () => this.#bus.off(event, bound);
  }

  /** The messages of a topic as they come; a reader that is too slow loses the oldest. */
  stream<T extends object>(topic: Topic<T>): AsyncIterable<T> {
    return new Repeater<T>(async (push, stop) => {
      const unsubscribe = this.subscribe(topic, (payload) => void push(payload));
      await stop;
      unsubscribe();
    }, new SlidingBuffer(STREAM_BUFFER));
  }

  /** Called when messages may have been missed. */
  onGap(listener: () => void): () => void {
    this.#bus.on('gap', listener);
    return () => this.#bus.off('gap', listener);
  }

  /** For the listening connection. */
  deliver(text: string): void {
    const { sender, ...message } = JSON.parse(text) as Message & { sender?: string };
    if (sender !== this.#sender) this.#emit(message);
  }

  /** For the listening connection. */
  setConnected(connected: boolean): void {
    this.#connected = connected;
    this.#bus.emit('gap');
  }

  #emit({ topic, payload }: Message): void {
    this.#bus.emit(`topic:${topic}`, payload);
  }
}

/** Listens inside the embedded database. Returns how to stop. */
export async function listenEmbedded(
  pglite: PGlite,
  notifications: Notifications,
): Promise<() => Promise<void>> {
  const stop = await pglite.listen(CHANNEL, (text) => notifications.deliver(text));
  notifications.setConnected(true);
  return async () => {
    notifications.setConnected(false);
    await stop();
  };
}

/** Listens on a connection of its own and makes it anew when it is lost. Returns how to stop. */
export async function listenPostgres(
  url: string,
  notifications: Notifications,
  logger: Logger,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();

  const connect = async (): Promise<{ client: Client; lost: Promise<void> }> => {
    const client = new Client({
      connectionString: url,
      keepAlive: true,
      query_timeout: HEARTBEAT,
      application_name: 'isthmus listener',
    });
    const lost = new Promise<void>((resolve) => {
      // A cut connection may emit several errors, and one without a listener would end the process.
      client.on('error', () => resolve());
      client.once('end', () => resolve());
    });
    client.on('notification', ({ payload = '' }) => notifications.deliver(payload));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    notifications.setConnected(true);
    return { client, lost };
  };

  /** Resolves when the connection is gone or no longer answers. */
  const watch = async ({ client, lost }: Awaited<ReturnType<typeof connect>>): Promise<void> => {
    const heartbeat = setInterval(() => {
      client.query('select 1').catch(() => void client.end().catch(() => undefined));
    }, HEARTBEAT);
    const stop = () => void client.end().catch(() => undefined);
    stopping.signal.addEventListener('abort', stop);
    await lost;
    clearInterval(heartbeat);
    stopping.signal.removeEventListener('abort', stop);
    notifications.setConnected(false);
  };

  const reconnect = async (): Promise<Awaited<ReturnType<typeof connect>> | undefined> => {
    for (let wait = FIRST_RETRY; !stopping.signal.aborted; wait = Math.min(wait * 2, LAST_RETRY)) {
      try {
        return await connect();
      } catch (error) {
        logger.warn({ err: error }, 'cannot listen for notifications; trying again');
        await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  };

  const first = await connect();
  const running = (async () => {
    for (let connection: typeof first | undefined = first; connection; connection = await reconnect()) {
      await watch(connection);
      if (!stopping.signal.aborted) logger.warn('the connection that listens for notifications was lost');
    }
  })();

  return async () => {
    stopping.abort();
    await running;
  };
}
