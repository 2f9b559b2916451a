import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { longestStall } from '../support/eventLoop.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const MANY = 1_500;
/** Requests of somebody else that are answered meanwhile; a few, when the messages that came together are read together. */
const FEWEST_OTHERS = 50;
/** Milliseconds of CPU. */
const LONGEST_STALL = 1_000;

const server = useServer(() => startServer());

/** The messages leave in one piece. */
function sendAtOnce(socket: WebSocket, messages: readonly object[]): void {
  const pauses = socket as unknown as { _socket: { cork: () => void; uncork: () => void } };
  pauses._socket.cork();
  for (const message of messages) socket.send(JSON.stringify(message));
  pauses._socket.uncork();
}

const query = (index: number) => `{ all${index}: platforms(first: 5) { totalCount nodes { name } } }`;

test.each([
  [
    'operations',
    (index: number) => ({ type: 'subscribe', id: `${index}`, payload: { query: query(index) } }),
  ],
  ['pings', (index: number) => ({ type: 'ping', payload: { index } })],
])('%s that one client sends all at once leave others their turns', async (_what, messageOf) => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const answered: string[] = [];
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type !== 'next') answered.push(type);
  });
  sendAtOnce(
    socket,
    Array.from({ length: MANY }, (_, index) => messageOf(index)),
  );
  let others = 0;
  const stall = await longestStall(async () => {
    while (answered.length < MANY) {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      others += 1;
    }
  });
  socket.terminate();
  expect(others).toBeGreaterThan(FEWEST_OTHERS);
  expect(stall).toBeLessThan(LONGEST_STALL);
});
