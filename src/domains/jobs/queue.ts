import { setTimeout as delay } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import type { Pool } from 'pg';
import type { ConstructorOptions, PgBoss } from 'pg-boss';
import type { Notifications } from '../../database/notifications.js';
import { JOBS_SCHEMA } from '../../database/options.js';
import { Batched } from '../../kernel/batched.js';
import type { FigureValues } from '../../kernel/figures.js';
import type { JobKind } from '../jobKind.js';
import type { Logger } from '../../log/logger.js';
import { Troubles } from './troubles.js';
import { JobCounts, Workers } from './workers.js';

/** Seconds. */
const EXPIRY = 900;
/** Without a sign of the replica that is doing it, a job is another's. */
const HEARTBEAT = 20;
const KEPT_WHEN_DONE = 86_400;

/** How soon things happen, in seconds. */
export interface QueuePace {
  /** Between looks for jobs that came unheard of, such as those that are tried again. */
  polling: number;
  /** Before a job that failed is tried again, and at most; each wait is twice the one before. */
  firstRetry: number;
  lastRetry: number;
  /** Between looks for jobs whose replica is gone. */
  supervision: number;
  /** Before a start that failed is tried again, and at most. */
  firstStart: number;
  lastStart: number;
  /** After which pending work is looked for again, since a job that is about to end may miss what is new. */
  secondLook: number;
}

const PACE: QueuePace = {
  polling: 2,
  firstRetry: 1,
  lastRetry: 60,
  supervision: 10,
  firstStart: 0.5,
  lastStart: 30,
  secondLook: 3,
};

/** Often enough that a job is retried until it succeeds or nothing is left to do. */
const RETRIES = 1_000_000;

/** What is pending is looked for this often, in milliseconds, since a message that tells of it may be lost. */
const SWEEP = 30_000;

/** Longest wait at the end for running jobs, in milliseconds. */
const STOP_PATIENCE = 3000;

const queueOptions = ({ firstRetry, lastRetry }: QueuePace) => ({
  retryLimit: RETRIES,
  retryDelay: firstRetry,
  retryBackoff: true,
  retryDelayMax: lastRetry,
  expireInSeconds: EXPIRY,
  heartbeatSeconds: HEARTBEAT,
  deleteAfterSeconds: KEPT_WHEN_DONE,
});

/** Connections of the queue to PostgreSQL, and milliseconds until it gives up on one, and on an answer. */
const CONNECTIONS = { max: 2, connectionTimeoutMillis: 3000, query_timeout: 60_000, keepAlive: true };

/** Where the queue keeps its tables: an address, or what reaches the database in this process. */
export type QueueDatabase = { url: string; Client?: object } | { pool: Pick<Pool, 'query'> };

/** What it asks without values may be several statements, which cannot be prepared. */
const sharing = (pool: Pick<Pool, 'query'>): NonNullable<ConstructorOptions['db']> => ({
  executeSql: async (text, values = []) => (values.length > 0 ? pool.query(text, values) : pool.query(text)),
});

/** The library is loaded here, so that nobody waits for it at the start. */
async function createBoss(database: QueueDatabase, { supervision }: QueuePace): Promise<PgBoss> {
  const library = await import('pg-boss');
  // It makes its pool of all that it is given.
  const place: ConstructorOptions & { Client?: object | undefined } =
    'url' in database
      ? { connectionString: database.url, Client: database.Client, ...CONNECTIONS }
      : { db: sharing(database.pool), backend: 'pglite' };
  return new library.PgBoss({
    ...place,
    schema: JOBS_SCHEMA,
    schedule: false,
    superviseIntervalSeconds: supervision,
    monitorIntervalSeconds: supervision,
    application_name: 'isthmus jobs',
  });
}

/** The queue of all replicas: one job at a time for a kind and a subject. */
export class JobQueue {
  readonly counts = new JobCounts();
  #boss: PgBoss | undefined;
  readonly #stopping = new AbortController();
  /** The latest try. */
  #started: Promise<void> | undefined;
  #starting: Promise<void> = Promise.resolve();
  #sweeping: NodeJS.Timeout | undefined;
  #polling: NodeJS.Timeout | undefined;
  #secondLook: NodeJS.Timeout | undefined;
  /** By kind. */
  #workers = new Map<string, Workers>();
  readonly #troubles: Troubles;
  /** By kind, one statement for many jobs. */
  readonly #sends = new Batched<string, string, boolean>(async (name, subjects) =>
    this.#sendAll(name, subjects),
  );

  constructor(
    private readonly database: QueueDatabase,
    private readonly kinds: readonly JobKind[],
    private readonly logger: Logger,
    private readonly pace: QueuePace = PACE,
  ) {
    this.#troubles = new Troubles(logger);
  }

  /** Returns at once; jobs run as soon as the queue's tables are there, however often it takes to start. */
  start(): void {
    this.#starting = this.#keepStarting();
  }

  /** Resolves when the queue's tables are there; rejects when they cannot be reached. */
  async started(): Promise<void> {
    await this.#started;
  }

  /** Jobs of all replicas that are not done, by kind and state, as the queue counts them every so often. */
  async waiting(): Promise<FigureValues> {
    const queues = (await this.#boss?.getQueues(this.kinds.map(({ name }) => name))) ?? [];
    return queues.flatMap(({ name: kind, readyCount, deferredCount, activeCount }) => [
      [{ kind, state: 'ready' }, readyCount] as const,
      [{ kind, state: 'deferred' }, deferredCount] as const,
      [{ kind, state: 'active' }, activeCount] as const,
    ]);
  }

  /** From now on every kind is set off by its messages. */
  listen(notifications: Notifications): void {
    for (const { name, wakes } of this.kinds) {
      for (const wake of wakes) {
        wake(notifications, (subject) => {
          if (subject === undefined) this.sweep();
          else this.enqueue(name, subject);
        });
      }
    }
  }

  /** There is something to do; it may be known already. */
  enqueue(name: string, subject: string): void {
    this.#now(async () => this.#sends.add(name, subject));
  }

  /** There is something to do for whom it concerns. */
  sweep(): void {
    this.#now(async () => this.#sweep());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#starting;
    clearInterval(this.#sweeping);
    clearInterval(this.#polling);
    clearTimeout(this.#secondLook);
    await this.#close(this.#boss);
  }

  async #keepStarting(): Promise<void> {
    const { signal } = this.#stopping;
    const { firstStart, lastStart } = this.pace;
    const backoff = { initialDelay: firstStart * 1000, maxDelay: lastStart * 1000 };
    let pause = new ExponentialBackoff(backoff).next();
    while (!signal.aborted) {
      this.#started = this.#start();
      try {
        return await this.#started;
      } catch (error) {
        this.logger.warn({ err: error }, 'the job queue cannot start; it is tried again');
      }
      await delay(pause.duration, undefined, { signal }).catch(() => undefined);
      pause = pause.next(undefined);
    }
  }

  async #start(): Promise<void> {
    const boss = await createBoss(this.database, this.pace);
    boss.on('error', (told) => this.#troubles.tell(told));
    try {
      await this.#open(boss);
    } catch (error) {
      await this.#close(boss);
      throw error;
    }
    this.#boss = boss;
    this.#sweeping = setInterval(() => this.#recover(async () => this.#sweep()), SWEEP).unref();
    this.#polling = setInterval(() => this.#poll(), this.pace.polling * 1000).unref();
    this.sweep();
  }

  #poll(): void {
    for (const workers of this.#workers.values()) workers.wake();
  }

  async #close(boss: PgBoss | undefined): Promise<void> {
    await boss
      ?.stop({ graceful: true, timeout: STOP_PATIENCE })
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the job queue did not stop well'));
  }

  async #open(boss: PgBoss): Promise<void> {
    await boss.start();
    const options = queueOptions(this.pace);
    for (const kind of this.kinds) {
      await boss.createQueue(kind.name, { policy: 'exclusive', ...options });
      // One that an earlier release made keeps its own options otherwise.
      await boss.updateQueue(kind.name, options);
      if (this.#stopping.signal.aborted) return;
      this.#workers.set(kind.name, await Workers.start(boss, kind, this.counts, this.#stopping.signal));
    }
  }

  /** Whether all that is pending was sent; what was queued already, or is being done, was not. */
  async #sweep(): Promise<boolean> {
    let areSent = true;
    for (const kind of this.kinds) {
      // One that fails keeps no other from its work.
      const isSent = await this.#sendPending(kind).catch((error: unknown) => this.#tell(error));
      areSent &&= isSent ?? true;
    }
    return areSent;
  }

  async #sendPending({ name, pending }: JobKind): Promise<boolean> {
    const sent = await Promise.all((await pending()).map(async (subject) => this.#sends.add(name, subject)));
    return sent.every(Boolean);
  }

  /** Of which of them were not sent is not known. */
  async #sendAll(name: string, subjects: readonly string[]): Promise<boolean[]> {
    await this.#started;
    const isInOrder = this.kinds.find((kind) => kind.name === name)?.isInOrder;
    // What is new goes before what was tried in vain; seconds since 1970.
    const priority = isInOrder ? 0 : Math.floor(Date.now() / 1000);
    // Replicas that send the same at the same time wait for each other's rows, which in two orders would be for ever.
    const jobs = subjects
      .toSorted()
      .map((subject) => ({ data: { subject }, singletonKey: subject, priority }));
    const ids = (await this.#boss?.insert(name, jobs, { returnId: true })) ?? [];
    if (ids.length > 0) this.#workers.get(name)?.wake();
    return subjects.map(() => ids.length === subjects.length);
  }

  #now(send: () => Promise<boolean>): void {
    this.#recover(async () => {
      if ((await send()) || this.#stopping.signal.aborted) return;
      this.#secondLook ??= setTimeout(() => {
        this.#secondLook = undefined;
        this.#recover(async () => this.#sweep());
      }, this.pace.secondLook * 1000).unref();
    });
  }

  /** What fails is found by the next sweep. */
  #recover(work: () => Promise<unknown>): void {
    if (this.#stopping.signal.aborted) return;
    work().catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): void {
    this.logger.warn({ err: error }, 'pending jobs could not be sent; it is tried again');
  }
}

/** Makes the queue's tables, or brings them up to date. */
export async function installQueue(database: QueueDatabase, logger: Logger): Promise<void> {
  const queue = new JobQueue(database, [], logger);
  queue.start();
  try {
    await queue.started();
  } finally {
    await queue.stop();
  }
}
