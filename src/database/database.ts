import { CompiledQuery } from 'kysely';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { PGlite } from '@electric-sql/pglite';
import type { Notifications } from './notifications.js';

/** What else keeps tables of its own here connects to: a server, or the database in this process. */
export type NativeDatabase = { url: string } | { pglite: PGlite };

export interface Database {
  readonly native: NativeDatabase;
  /** An entity manager of its own for one request or job. */
  readonly fork: () => EntityManager;
  /** Reads plain rows, in the transaction that is open, if one is; holds no entities, so that all requests share it. */
  readonly reader: Pick<EntityManager, 'getKysely'>;
  readonly notifications: Notifications;
  /** A statement with `$1` parameters, outside any transaction. */
  readonly query: (
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<{ rows: Record<string, unknown>[] }>;
  readonly close: () => Promise<void>;
}

/** Brings the schema up to date. */
export async function migrate(orm: MikroORM): Promise<void> {
  await orm.migrator.up();
}

/** A database on whose schema nothing is left to do. */
export function assemble(
  orm: MikroORM,
  native: NativeDatabase,
  notifications: Notifications,
  stopListening: () => Promise<void>,
  closed = async () => {},
): Database {
  orm.em.getEventManager().registerSubscriber(notifications);
  return {
    native,
    // Within em.transactional() every query must run on the transaction's manager: on the embedded
    // database's single connection any other would wait for ever. `useContext` sees to that.
    fork: () => orm.em.fork({ useContext: true }),
    reader: orm.em,
    notifications,
    async query(sql, parameters = []) {
      const { rows } = await orm.em
        .fork()
        .getKysely()
        .executeQuery(CompiledQuery.raw(sql, [...parameters]));
      return { rows: rows as Record<string, unknown>[] };
    },
    async close() {
      await stopListening();
      await orm.close();
      await closed();
    },
  };
}
