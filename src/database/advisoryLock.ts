import type { EntityManager } from '@mikro-orm/postgresql';

/** By number, which all programs on one database share. */
export const LOCKS = {
  migration: 4_118_002_301,
  userChanges: 4_118_002_302,
  firstAdministrator: 4_118_002_303,
  retention: 4_118_002_304,
  newRecords: 4_118_002_305,
  harborAccounts: 4_118_002_306,
} as const;

/** Waits until no other transaction, of any replica, holds the lock, and holds it until this one ends. */
export async function lockUntilEnd(em: EntityManager, lock: keyof typeof LOCKS): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?)', [LOCKS[lock]]);
}
