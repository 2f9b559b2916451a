import { once } from 'node:events';
import { type Socket, connect as connectTcp } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEPLOYMENT_CHANGED } from '../../src/domains/deployments/deployment.topics.js';
import { recordStatements } from '../graphql/statements.js';
import { connect } from '../graphql/socket.js';
import { PATIENCE } from '../support/patience.js';
import { send } from '../support/rest.js';
import { useServer } from '../support/useServer.js';
import { newApp, request, startWorld } from './support/world.js';

const world = useServer(async () => {
  const started = await startWorld({ UNREAD_TIMEOUT: '1' }, { background: false, keepAlive: 3000 });
  return { ...started, stop: () => started.server.stop() };
});

const WATCH = 'subscription { deploymentUpdated { running comment } }';
/** Of one answer, in characters: the system's buffers hold some megabytes. */
const LARGE = 300_000;
const CHANGES = 120;
/** Changes that a reader who has stopped may still have been read: more than the system's buffers hold. */
const MOST_READ = 60;

/** A subscriber that reads the first answers, for as long as `first` has to be done, and then nothing. */
interface Stalled {
  /** How its connection has ended, once it reads on. */
  rest: () => Promise<string>;
}

async function stalledSocket(first: () => Promise<void>): Promise<Stalled> {
  const { server, tenant } = world;
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: tenant.admin.token } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: WATCH } }));
  let isHeard = false;
  socket.once('message', () => (isHeard = true));
  await expect.poll(async () => first().then(() => isHeard), PATIENCE).toBe(true);
  socket.pause();
  return {
    rest: async () => {
      socket.resume();
      const [code] = (await once(socket, 'close')) as [number];
      return String(code);
    },
  };
}

async function stalledStream(first: () => Promise<void>): Promise<Stalled> {
  const { server, tenant } = world;
  const socket: Socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const body = JSON.stringify({ query: WATCH });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n` +
      `Authorization: ${tenant.admin.token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  await expect.poll(async () => first().then(() => text), PATIENCE).toContain('event: next');
  socket.pause();
  return {
    rest: async () => {
      text = '';
      socket.resume();
      await once(socket, 'close');
      return text;
    },
  };
}

/** WebSockets and event streams that the server has open. */
async function open(): Promise<number> {
  const text = await (await send(`${world.server.url}/metrics`)).text();
  return Number(/^isthmus_graphql_sockets (\d+)$/m.exec(text)?.[1]);
}

test.each<[string, typeof stalledSocket, (rest: string) => void]>([
  // Without a close frame: RFC 6455, 7.1.5.
  ['WebSocket', stalledSocket, (rest) => expect(rest).toBe('1006')],
  [
    'event stream',
    stalledStream,
    (rest) => {
      expect(rest).toContain('event: next');
      // By which clients know that they have to ask again.
      expect(rest).not.toContain('event: complete');
    },
  ],
])(
  'who stops reading changes by %s is cut off, has few of them read for it, and holds up nobody',
  async (_what, stall, check) => {
    const { server, tenant } = world;
    const appName = await newApp(world);
    const { id } = await request(world, { deployName: appName, appName, version: '1.0' });
    const large = "update deployments set comment = repeat('x', $2) where id = $1";
    await server.database.query(large, [id, LARGE]);
    const change = async (running: number) => {
      await server.database.query('update deployments set running = $2 where id = $1', [id, running]);
      const payload = { id: Number(id), businessId: tenant.id };
      await server.database.notifications.publish(server.database.fork(), DEPLOYMENT_CHANGED, payload);
    };
    const reader = connect(server.url, { token: tenant.admin.token });
    onTestFinished(() => reader.close());
    const { next } = reader.results<{ deploymentUpdated: { running: number; comment: string } }>({
      query: WATCH,
    });
    const heard: number[] = [];
    void (async () => {
      for (;;) heard.push((await next()).data?.deploymentUpdated.running ?? -1);
    })().catch(() => undefined);
    const isHeard = async (running: number) => {
      await change(running);
      await expect.poll(() => heard.at(-1), { ...PATIENCE, interval: 2 }).toBe(running);
    };
    // Until a subscription is known to run, changes may go unheard.
    await expect.poll(async () => change(0).then(() => heard.length), PATIENCE).toBeGreaterThan(0);
    const before = await open();
    const stalled = await stall(() => isHeard(1));
    expect(await open()).toBe(before + 1);
    const statements = recordStatements(server.database);
    for (let running = 2; running < CHANGES; running += 1) await isHeard(running);
    const reads = statements.filter((statement) => statement.includes('from "deployments"'));
    expect(reads.length).toBeGreaterThanOrEqual(CHANGES - 2);
    expect(reads.length).toBeLessThan(CHANGES + MOST_READ);
    await expect.poll(open, PATIENCE).toBe(before);
    check(await stalled.rest());
    await isHeard(CHANGES);
  },
);
