import { WebSocket } from 'ws';
import { type Isthmus, logIn, register } from './isthmus.ts';

/** Requests of one kind a second. */
interface Kind {
  name: string;
  rate: number;
  send: () => Promise<unknown>;
}

/** How long a subscriber stays, in milliseconds. */
const STAY = 5_000;

async function answer(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}

async function ask(url: string, token: string, query: string, variables: object = {}): Promise<void> {
  const text = await answer(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: token },
    body: JSON.stringify({ query, variables }),
  });
  if (text.includes('"errors"')) throw new Error(text);
}

/** A subscriber that comes, stays for a while and goes. */
function subscribe(url: string, token: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const query = 'subscription { platformChanged { id name change } }';
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.once('open', () => send({ type: 'connection_init', payload: { Authorization: token } }));
  socket.once('message', () => {
    send({ id: '1', type: 'subscribe', payload: { query } });
    setTimeout(() => socket.close(), STAY);
  });
  socket.once('close', () => resolve()).once('error', reject);
  return promise;
}

const PLATFORMS = '{ platforms(first: 20) { totalCount nodes { id name protocol host port updatedAt } } }';
const DESCRIBE =
  'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { id updatedAt } } }';

/** What a team's dashboards, scripts and forwarded requests do, day and night. */
export async function steadyTraffic(product: Isthmus, upstream: number): Promise<readonly Kind[]> {
  const { url } = product;
  const { token } = await logIn(url);
  const id = await register(product, upstream);
  const forwarded = { headers: { 'Plat-Route-Id': id } };
  let count = 0;
  const describe = () => ask(url, token, DESCRIBE, { input: { id, description: `change ${(count += 1)}` } });
  return [
    { name: 'forward', rate: 30, send: () => answer(`${url}/sys/transmit/`, forwarded) },
    { name: 'REST list', rate: 10, send: () => answer(`${url}/sys/transmit/v1/routes`) },
    {
      name: 'REST session',
      rate: 5,
      send: () => answer(`${url}/v1/authorization`, { headers: { Authorization: token } }),
    },
    { name: 'GraphQL read', rate: 20, send: () => ask(url, token, PLATFORMS) },
    { name: 'GraphQL write', rate: 3, send: describe },
    { name: 'log-in', rate: 1, send: () => logIn(url) },
    { name: 'subscriber', rate: 1, send: () => subscribe(url, token) },
  ];
}

/** What came of the requests of a kind. */
interface Outcome {
  done: number;
  /** How often, by what it was. */
  failed: Record<string, number>;
}

const MOST_TEXT = 100;

/** Of one request: nothing, or why it failed. */
async function outcomeOf(send: Kind['send']): Promise<string | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message} ${cause instanceof Error ? cause.message : ''}`.slice(0, MOST_TEXT).trim();
  }
}

/** Sends each kind at its rate until it is stopped; stopping tells what came of it. */
export function drive(kinds: readonly Kind[]): () => Record<string, Outcome> {
  const outcomes: Record<string, Outcome> = {};
  const timers = kinds.map(({ name, rate, send }) => {
    const outcome: Outcome = { done: 0, failed: {} };
    outcomes[name] = outcome;
    return setInterval(async () => {
      const failure = await outcomeOf(send);
      if (failure === undefined) outcome.done += 1;
      else outcome.failed[failure] = (outcome.failed[failure] ?? 0) + 1;
    }, 1_000 / rate);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
    return outcomes;
  };
}
