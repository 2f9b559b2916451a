import { Topic } from '../../database/notifications.js';

/** A session has ended, and with it all its tokens. */
export const SESSION_ENDED = new Topic<{ sessionId: string }>('session.ended');

/** All sessions of a user have ended. */
export const USER_SESSIONS_ENDED = new Topic<{ userId: number }>('user.sessions.ended');

/** What a user may do has changed, while its sessions go on. */
export const USER_CHANGED = new Topic<{ userId: number }>('user.changed');

/** A business was approved: every cluster needs its namespace. */
export const BUSINESS_APPROVED = new Topic<{ businessId: number }>('business.approved');
