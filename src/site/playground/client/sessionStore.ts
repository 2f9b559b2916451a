import { BASE } from './base.js';

/** Who is logged in, in this browser. */
export interface Session {
  accessToken: string;
  /** What a token that was pasted lacks: it is shown by itself and never renewed. */
  renewal?: {
    user: string;
    refreshToken: string;
    /** When it is time for new tokens, in milliseconds since 1970 by this machine's clock. */
    dueAt: number;
  };
}

/** What a tab knows; of two, the later is right. */
interface Held {
  session: Session | null;
  /** Milliseconds since 1970, by this machine's clock. */
  at: number;
  /** Whether it was the server that ended the last session. */
  hasEnded?: boolean;
}

type Message = { held: Held } | { wanted: true };

/** Another server may have pages at the same host, below another path. */
const KEY = `isthmus.session${BASE}`;
/** Milliseconds for which the other tabs are waited for. */
const PATIENCE = 200;

const NOTHING: Held = { session: null, at: 0 };
const others = new BroadcastChannel(KEY);
const listeners = new Set<() => void>();

/** Only pages of ours write it. */
const isHeld = (value: unknown): value is Held =>
  typeof value === 'object' && value !== null && 'session' in value && 'at' in value;

/** Read anew each time: of the pages that a tab has shown, one may come back that has slept through a renewal. */
function held(): Held {
  const text = sessionStorage.getItem(KEY);
  const value: unknown = text === null ? null : JSON.parse(text);
  return isHeld(value) ? value : NOTHING;
}

function keep(next: Held): void {
  sessionStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

const tell = (message: Message): void => others.postMessage(message);

others.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if ('held' in data) {
    if (data.held.at > held().at) keep(data.held);
  } else if (held().at > 0) tell({ held: held() });
});

export const readSession = (): Session | null => held().session;

/** Whether the last session ended without being asked to. */
export const hasSessionEnded = (): boolean => held().hasEnded === true;

/** Takes up a session, or none, in every tab. */
export function writeSession(session: Session | null, hasEnded = false): void {
  // A clock that is set back must not make the newest the older one.
  const next = { session, at: Math.max(Date.now(), held().at + 1), hasEnded };
  keep(next);
  tell({ held: next });
}

/** Calls `listener` at each change, made here or in another tab; returns how to end that. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Takes over what other tabs know better, and gives them time to say it. */
export function askOtherTabs(): Promise<void> {
  tell({ wanted: true });
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
  });
}
