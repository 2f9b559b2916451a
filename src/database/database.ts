import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Figure } from '../kernel/figures.js';
import type { LateReaders } from '../kernel/context.js';
import type { Health } from '../kernel/health.js';
import type { Copies } from './copies.js';
import { HealthCheck } from './health.js';
import type { Notifications } from './notifications.js';
import type { SessionClient } from './sessionClient.js';
import type { DatabasePool } from './pool.js';

/** What else keeps tables of its own here connects to: a server, or what reaches the database in this process. */
export type NativeDatabase = { url: string; Client: typeof SessionClient } | { pool: DatabasePool };

export interface Database {
  readonly native: NativeDatabase;
  /** An entity manager of its own for one request or job. */
  readonly fork: () => EntityManager;
  /** Reads plain rows, in the transaction that is open, if one is; holds no entities, so that all requests share it. */
  readonly reader: Pick<EntityManager, 'getKysely' | 'getMetadata'>;
  readonly notifications: Notifications;
  /** What reads from copies that may be late, where there are any. */
  readonly lateReaders?: LateReaders | undefined;
  /** A statement with `$1` parameters, outside any transaction. */
  readonly query: (
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<{ rows: Record<string, unknown>[] }>;
  /** What operators watch of it. */
  readonly figures: readonly Figure[];
  /** Whether it can do its work, and if not, why. */
  readonly health: () => Promise<Health>;
  readonly close: () => Promise<void>;
}

/** How an opened database is taken apart. */
interface Opened {
  orm: MikroORM;
  native: NativeDatabase;
  notifications: Notifications;
  health: HealthCheck;
  figures?: readonly Figure[];
  copies?: Copies | undefined;
  /** In this order, around the end of the ORM. */
  stopListening?: () => Promise<void>;
  closed?: () => Promise<void>;
}

export const healthOf = (orm: MikroORM): HealthCheck => new HealthCheck(() => orm.em.fork().getKysely());

/** Statements outside any transaction. */
export const queryOn =
  (orm: MikroORM): Database['query'] =>
  async (sql, parameters = []) => {
    const kysely = orm.em.fork().getKysely();
    const { rows } = await kysely.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return { rows: rows as Record<string, unknown>[] };
  };

/** A database on whose schema nothing is left to do. */
export function assemble(opened: Opened): Database {
  const { orm, native, notifications, health } = opened;
  orm.em.getEventManager().registerSubscriber(notifications);
  return {
    native,
    // Within em.transactional() every query must run on the transaction's manager: on the embedded
    // database's single connection any other would wait for ever. `useContext` sees to that.
    fork: () => orm.em.fork({ useContext: true }),
    reader: orm.em,
    notifications,
    lateReaders: opened.copies,
    query: queryOn(orm),
    figures: opened.figures ?? [],
    health: () => health.check(),
    async close() {
      await opened.copies?.close();
      await opened.stopListening?.();
      await orm.close();
      await opened.closed?.();
    },
  };
}
