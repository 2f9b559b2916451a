import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as delay } from 'node:timers/promises';
import type { LateReaders, Reader } from '../kernel/context.js';
import type { Logger } from '../log/logger.js';
import type { Copy } from './copy.js';
import { type Notifications, Topic } from './notifications.js';

/** Milliseconds between looks at how far everything has come, and until a copy that does not say is given up. */
const INTERVAL = 500;
const PATIENCE = 2000;

/** Milliseconds by which a copy that is read from may be behind. */
const MOST_BEHIND = 10_000;

const LATE = `it is more than ${MOST_BEHIND / 1000} s behind`;

/** Of the primary: bytes of its log that every commit up to now is within, and whose database it is. */
const POSITION = `select (pg_current_wal_insert_lsn() - '0/0')::float8 as "position",
  (select "id"::text from "installation") as "installation"`;

/** A user may have changed something. */
const WRITTEN = new Topic<{ userId: number }>('user-wrote');

/** For what may have been written without being heard of. */
const EVERYBODY = 0;

export interface CopiesParts {
  copies: readonly Copy[];
  query: (sql: string) => Promise<{ rows: Record<string, unknown>[] }>;
  fork: () => EntityManager;
  notifications: Notifications;
  logger: Logger;
}

/**
 * Standbys from which lists are read. Whoever has written, at whichever replica of ours, reads from a standby that has
 * that, else from the primary: before each choice all that was told of writes is heard.
 */
export class Copies implements LateReaders {
  /** By user: how far a copy must have come; Infinity until the primary was asked. */
  readonly #marks = new Map<number, number>();
  /** Whose marks wait for the primary's next answer. */
  #unplaced = new Set<number>();
  /** Of the primary, the oldest first; `performance.now()`. */
  #positions: { at: number; position: number }[] = [];
  readonly #flaws = new Map<Copy, string | undefined>();
  readonly #stopping = new AbortController();
  readonly #unsubscribe: (() => void)[];
  readonly #running: Promise<void>;

  constructor(private readonly parts: CopiesParts) {
    const { notifications } = parts;
    this.#unsubscribe = [
      notifications.subscribe(WRITTEN, ({ userId }) => this.#mark(userId)),
      notifications.onGap(() => this.#mark(EVERYBODY)),
    ];
    this.#running = this.#keepLooking();
  }

  async readerFor(userId: number): Promise<Reader | undefined> {
    const { copies, notifications } = this.parts;
    if (copies.every(({ replayed }) => replayed === undefined)) return undefined;
    try {
      await notifications.hearAll();
    } catch {
      return undefined;
    }
    const marks = [EVERYBODY, userId].map((key) => this.#marks.get(key) ?? 0);
    const needed = Math.max(this.#oldest(), ...marks);
    const able = copies.filter(({ replayed }) => replayed !== undefined && replayed >= needed);
    // The same one for a user while it can, so that nobody sees an earlier state after a later one.
    return able[userId % able.length]?.reader;
  }

  async noteWrite(userId: number): Promise<void> {
    try {
      await this.parts.notifications.publish(this.parts.fork(), WRITTEN, { userId });
    } catch (error) {
      // Who cannot be told by the database has lost its notifications, and notices that.
      this.#mark(userId);
      this.parts.logger.warn({ err: error }, 'a change could not be told of');
    }
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.parts.copies.map((copy) => copy.close()));
  }

  #mark(userId: number): void {
    this.#marks.set(userId, Infinity);
    this.#unplaced.add(userId);
  }

  /** How far a copy must have come that is not too far behind. */
  #oldest(): number {
    return this.#positions[0]?.position ?? Infinity;
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const installation = await this.#lookAtPrimary().catch(() => undefined);
      if (installation !== undefined)
        await Promise.all(this.parts.copies.map(async (copy) => this.#lookAt(copy, installation)));
      await delay(INTERVAL, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Places the marks that were made before it was asked. */
  async #lookAtPrimary(): Promise<string> {
    const waiting = this.#unplaced;
    this.#unplaced = new Set();
    const at = performance.now();
    try {
      const { rows } = await this.parts.query(POSITION);
      const { position, installation } = rows[0] as { position: number; installation: string };
      for (const userId of waiting) if (!this.#unplaced.has(userId)) this.#marks.set(userId, position);
      this.#positions.push({ at, position });
      this.#forgetOld(at - MOST_BEHIND);
      return installation;
    } catch (error) {
      for (const userId of waiting) this.#unplaced.add(userId);
      throw error;
    }
  }

  /** Keeps the latest position from before, which every copy in use must have reached, and marks beyond it. */
  #forgetOld(before: number): void {
    const first = this.#positions.findLastIndex(({ at }) => at <= before);
    if (first > 0) this.#positions = this.#positions.slice(first);
    const oldest = this.#oldest();
    for (const [userId, mark] of this.#marks) if (mark <= oldest) this.#marks.delete(userId);
  }

  async #lookAt(copy: Copy, installation: string): Promise<void> {
    const late = new AbortController();
    const waiting = delay(PATIENCE, 'it does not answer in time', { signal: late.signal, ref: false });
    const looking = copy.look(installation);
    const flaw = await Promise.race([looking, waiting]);
    late.abort();
    // Ends what waits for it, the look too.
    if (flaw !== undefined) copy.giveUp();
    this.#tell(copy, flaw ?? (this.#isLate(copy) ? LATE : undefined));
  }

  /** Of one that is late from the beginning, too, this is not known before as much time has passed. */
  #isLate({ replayed }: Copy): boolean {
    const [first] = this.#positions;
    if (first === undefined || performance.now() - first.at < MOST_BEHIND) return false;
    return replayed !== undefined && replayed < first.position;
  }

  #tell(copy: Copy, flaw: string | undefined): void {
    const isNews = !this.#flaws.has(copy) || this.#flaws.get(copy) !== flaw;
    this.#flaws.set(copy, flaw);
    if (!isNews) return;
    const where = { copy: this.parts.copies.indexOf(copy) + 1 };
    if (flaw === undefined) this.parts.logger.info(where, 'a copy of DATABASE_READ_URLS is read from');
    else this.parts.logger.warn({ ...where, why: flaw }, 'a copy of DATABASE_READ_URLS is not read from');
  }
}
