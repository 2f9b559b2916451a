import type { EntityManager } from '@mikro-orm/postgresql';

/** Waits until no other transaction, of any replica, holds the lock of this number, and holds it until this one ends. */
export async function lockUntilEnd(em: EntityManager, key: number): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?)', [key]);
}
