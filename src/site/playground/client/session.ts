import { LOG_IN, LOG_OUT, RENEW } from '../../sessionDocuments.js';
import { RequestFailure, bearer, jsonOf, reach, reasonOf, request } from './request.js';
import {
  askOtherTabs,
  hasSessionEnded,
  onSessionChange,
  readSession,
  writeSession,
  type Session,
} from './sessionStore.js';

export { hasSessionEnded, onSessionChange };

interface Tokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
  user: { name: string };
}

/** Of a token's life, after which it is renewed: time enough for a server that is away for a while. */
const RENEWED_AFTER = 0.75;
/** Milliseconds until a renewal that could not be had is tried again. */
const RETRY = 10_000;
/** Milliseconds that a browser's timer can count. */
const LONGEST_TIMER = 2 ** 31 - 1;

function take({ accessToken, expiresIn, refreshToken, user }: Tokens): void {
  const dueAt = Date.now() + expiresIn * 1000 * RENEWED_AFTER;
  writeSession({ accessToken, renewal: { user: user.name, refreshToken, dueAt } });
}

/** The access token as it is now; '' for nobody. */
export const readToken = (): string => readSession()?.accessToken ?? '';

/** Who is logged in, as far as the page knows: not of a token that was pasted. */
export const readUser = (): string | undefined => readSession()?.renewal?.user;

/** Takes a token from elsewhere for the session. */
export function useToken(token: string): void {
  const accessToken = token.trim();
  writeSession(accessToken === '' ? null : { accessToken });
}

export async function logIn(user: string, password: string): Promise<void> {
  const answer = await request<{ logIn: Tokens }>(LOG_IN, { input: { user, password } }, {});
  take(answer.logIn);
}

const isDue = (session: Session | null): boolean => (session?.renewal?.dueAt ?? Infinity) <= Date.now();

const renewed = async (refreshToken: string): Promise<Tokens> =>
  (await request<{ refreshSession: Tokens }>(RENEW, { input: { refreshToken } }, {})).refreshSession;

/** A session whose access token is at its end can be renewed still, by whoever has its refresh token. */
async function endAtServer(session: Session): Promise<void> {
  const { accessToken, renewal } = session;
  const token = renewal && isDue(session) ? (await renewed(renewal.refreshToken)).accessToken : accessToken;
  await request(LOG_OUT, {}, bearer(token));
}

/** Ends the session at the server and in every tab; there also when the server cannot be asked. */
export async function logOut(): Promise<void> {
  const session = readSession();
  writeSession(null);
  if (!session) return;
  try {
    await endAtServer(session);
  } catch (error) {
    // The server knows of none that could be ended.
    if (error instanceof RequestFailure && error.reason !== undefined) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Logged out in this browser alone: ${why}`, { cause: error });
  }
}

let retryAt = 0;

/** Unless another session has come meanwhile. */
function end({ accessToken }: Session): void {
  if (accessToken === readToken()) writeSession(null, true);
}

async function renew(): Promise<void> {
  // Another tab may have done it while this one slept; a refresh token works once.
  await askOtherTabs();
  const session = readSession();
  if (!session?.renewal || !isDue(session)) return;
  const { refreshToken } = session.renewal;
  try {
    const tokens = await renewed(refreshToken);
    // Unless somebody has logged out meanwhile.
    if (readToken() === session.accessToken) take(tokens);
  } catch (error) {
    if (error instanceof RequestFailure && error.reason === 'DEAD_REFRESH_TOKEN') end(session);
    else retryAt = Date.now() + RETRY;
  }
}

let renewing: Promise<void> | undefined;

/** The access token for a request, renewed first when it is time for that. */
export async function freshToken(): Promise<string> {
  if (isDue(readSession()) && retryAt <= Date.now()) {
    renewing ??= renew().finally(() => (renewing = undefined));
    await renewing;
  }
  return readToken();
}

/** To be called when the server does not know `token` any more. */
export async function doubtToken(token: string): Promise<void> {
  const session = readSession();
  if (session?.accessToken !== token) return;
  if (!session.renewal) return end(session);
  writeSession({ ...session, renewal: { ...session.renewal, dueAt: 0 } });
  // It has just been reached.
  retryAt = 0;
  await freshToken();
}

/** The headers by which a request is the session's. */
export const authorization = async (): Promise<Record<string, string>> => bearer(await freshToken());

/** `fetch` of the graph as whoever is logged in, unless the request has an Authorization of its own. */
export async function sessionFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (headers.has('Authorization')) return reach(input, init);

  function ask(token: string): Promise<Response> {
    for (const [name, value] of Object.entries(bearer(token))) headers.set(name, value);
    return reach(input, { ...init, headers });
  }

  const token = await freshToken();
  const response = await ask(token);
  if (reasonOf(await jsonOf(response)) !== 'DEAD_TOKEN') return response;
  await doubtToken(token);
  const next = readToken();
  return next === '' || next === token ? response : ask(next);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Renews when it is time, for as long as the page is open. */
function schedule(): void {
  clearTimeout(timer);
  const dueAt = readSession()?.renewal?.dueAt;
  if (dueAt === undefined) return;
  const wait = Math.max(dueAt, retryAt) - Date.now();
  timer = setTimeout(() => void freshToken().finally(schedule), Math.min(Math.max(wait, 0), LONGEST_TIMER));
}

onSessionChange(schedule);
schedule();
void askOtherTabs();
