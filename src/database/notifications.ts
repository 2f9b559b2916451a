import { Repeater, SlidingBuffer } from '@graphql-yoga/subscription';
import type { EntityManager, EventSubscriber, TransactionEventArgs } from '@mikro-orm/postgresql';
import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';

export const CHANNEL = 'isthmus';
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

/** Undefined for what is no message of ours: whoever may connect to the database may send on any channel. */
function messageIn(text: string): (Message & { sender?: unknown }) | undefined {
  try {
    const message = JSON.parse(text) as Partial<Message> | null;
    const { topic, payload } = message ?? {};
    if (typeof topic !== 'string' || typeof payload !== 'object' || payload === null) return undefined;
    return { ...message, topic, payload };
  } catch {
    return undefined;
  }
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
  #away = false;
  #heardAt = performance.now();
  #hearAll: () => Promise<void> = async () => undefined;

  /** False while messages may be missed; what is cached must then be read again before use. */
  get isConnected(): boolean {
    return this.#connected;
  }

  /** True while the database cannot be reached at all, so that nothing cached can be read again. */
  get isAway(): boolean {
    return this.#away;
  }

  /** When every message was heard that had been sent; `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
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

  /** Resolves when every message was delivered that had been sent before; rejects when that cannot be known. */
  async hearAll(): Promise<void> {
    return this.#hearAll();
  }

  /** Called when messages since then (`performance.now()`) may have been missed, and no more are from now on. */
  onGap(listener: (since: number) => void): () => void {
    this.#bus.on('gap', listener);
    return () => this.#bus.off('gap', listener);
  }

  /** For the listening connection. */
  deliver(text: string): void {
    const message = messageIn(text);
    if (message && message.sender !== this.#sender) this.#emit(message);
  }

  /** For the listening connection: how it hears what was sent up to now. */
  setHearing(hearAll: () => Promise<void>): void {
    this.#hearAll = hearAll;
  }

  /** For the listening connection: every message up to now was heard. */
  setHeard(): void {
    this.#heardAt = performance.now();
  }

  /** For the listening connection. */
  setConnected(connected: boolean): void {
    this.#connected = connected;
    if (!connected) return;
    this.#away = false;
    const since = this.#heardAt;
    this.setHeard();
    this.#bus.emit('gap', since);
  }

  /** For the listening connection, which nothing answered. */
  setAway(): void {
    this.#away = true;
  }

  #emit({ topic, payload }: Message): void {
    this.#bus.emit(`topic:${topic}`, payload);
  }
}
