import { Topic } from '../../database/notifications.js';

/** A session has ended, and with it all its tokens. */
export const SESSION_ENDED = new Topic<{ sessionId: string }>('session.ended');
