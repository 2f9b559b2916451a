import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Environment, startServer } from '../support/server.js';
import { connectTo, type Peer, request, statusesOf } from './connections.js';

const ANSWERS = 80;

async function serverWith(environment: Environment): Promise<string> {
  const server = await startServer({ SHUTDOWN_TIMEOUT: '0.1', ...environment });
  onTestFinished(() => server.stop());
  return server.url;
}

/** Asks for more than two ends of the loopback hold, and reads nothing of it. */
function unread(url: string): Peer {
  const peer = connectTo(url);
  peer.socket.pause();
  peer.socket.write(request('GET /openapi.json').repeat(ANSWERS));
  return peer;
}

/** Whether the server has closed its end, which a client that does not read finds out by writing. */
function isCut({ socket }: Peer): boolean {
  if (socket.writable) socket.write('x');
  return socket.destroyed;
}

test('a client that takes nothing of an answer is cut off, one that reads slowly is not', async () => {
  const url = await serverWith({ UNREAD_TIMEOUT: '4' });
  const lazy = unread(url);
  const slow = unread(url);
  let turns = 0;
  while (statusesOf(slow.text()).length < ANSWERS) {
    slow.socket.resume();
    await delay(10);
    slow.socket.pause();
    await delay(300);
    turns += 1;
    expect(slow.socket.destroyed).toBe(false);
  }
  expect(turns).toBeGreaterThan(3);
  await expect.poll(() => isCut(lazy)).toBe(true);
});

test('answers that nobody reads are bounded over all connections', async () => {
  const url = await serverWith({ UNREAD_LIMIT: '1048576', UNREAD_TIMEOUT: '60' });
  const peers = Array.from({ length: 30 }, () => unread(url));
  await expect.poll(() => peers.filter(isCut).length).toBeGreaterThan(15);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
});

test.each([
  ['heads', 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n', 'X: x\r\n'],
  ['bodies', request('POST /graphql', ['Content-Type: application/json', 'Content-Length: 100']), ' '],
])('slow senders of one address are limited: %s', async (_name, start, more) => {
  const url = await serverWith({ SENDERS_PER_ADDRESS: '5' });
  const quick = connectTo(url, request('GET /healthz'));
  await expect.poll(() => statusesOf(quick.text())).toEqual([200]);
  const senders = Array.from({ length: 20 }, () => connectTo(url, start));
  await expect
    .poll(() => {
      for (const { socket } of senders) if (socket.writable) socket.write(more);
      return senders.filter(({ socket }) => socket.destroyed).length;
    })
    .toBe(15);
  // Who waits between two requests sends nothing.
  quick.socket.write(request('GET /healthz'));
  await expect.poll(() => statusesOf(quick.text())).toEqual([200, 200]);
});

test('senders behind a trusted proxy are not limited together', async () => {
  const url = await serverWith({ SENDERS_PER_ADDRESS: '5', TRUSTED_PROXIES: '127.0.0.1' });
  const body = '{"query":"{viewer{name}}"}';
  const bytes = request(
    'POST /graphql',
    ['Content-Type: application/json', 'X-Forwarded-For: 10.0.0.1'],
    body,
  );
  const senders = Array.from({ length: 20 }, () => connectTo(url, bytes.slice(0, -1)));
  await delay(600);
  for (const { socket } of senders) socket.write(bytes.slice(-1));
  for (const { text } of senders) await expect.poll(() => statusesOf(text())).toEqual([200]);
});
