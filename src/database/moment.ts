import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Reader } from '../kernel/context.js';

/** Several reads that see what was stored at one moment, whatever others change meanwhile. */
export async function atOneMoment<T>(em: EntityManager, work: (reader: Reader) => Promise<T>): Promise<T> {
  return em.transactional(work, { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true });
}
