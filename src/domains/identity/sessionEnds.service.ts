import type { EntityManager } from '@mikro-orm/postgresql';
import { databaseNow } from '../../database/clock.js';
import type { Notifications } from '../../database/notifications.js';
import { USER_SESSIONS_ENDED } from './identity.topics.js';
import { Session } from './session.entity.js';

/** Ends all sessions of a user when the transaction commits, on every replica. */
export async function endSessionsOf(
  em: EntityManager,
  notifications: Notifications,
  userId: number,
): Promise<void> {
  await em.nativeUpdate(Session, { user: userId, endedAt: null }, { endedAt: databaseNow() });
  await notifications.publish(em, USER_SESSIONS_ENDED, { userId });
}
