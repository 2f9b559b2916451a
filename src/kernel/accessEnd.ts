import type { Principal, SessionEnd } from './context.js';

/** setTimeout takes no longer delay. */
const MAX_DELAY = 2 ** 31 - 1;

/** Calls back when the caller's access ends: with the access token, or with the session before. Returns how to stop that. */
export function onAccessEnd(
  { expiresAt }: Principal,
  onSessionEnd: (ended: (why: SessionEnd) => void) => () => void,
  ended: (why: SessionEnd) => void,
): () => void {
  const timer = setTimeout(
    () => ended('ended'),
    Math.min(expiresAt.getTime() - Date.now(), MAX_DELAY),
  ).unref();
  const stopListening = onSessionEnd(ended);
  return () => {
    clearTimeout(timer);
    stopListening();
  };
}
