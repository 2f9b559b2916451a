/** Message to every replica: `{ sessionId }` has ended. */
export const ENDED_TOPIC = 'session.ended';
