import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { send } from '../support/rest.js';
import { type Environment, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
const DELAY = 2000;

/** A server, and connections to it that have been used. */
async function start(environment: Environment = {}) {
  const server = await startServer(environment);
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  const used = async (): Promise<Socket> => {
    const socket = await open();
    socket.write(GET);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: keep-alive/);
    return socket;
  };
  return { server, open, used };
}

/** A request to a platform that takes so long that what is sent behind it is there before its answer. */
async function slowRequest(url: string): Promise<string> {
  const upstream = await httpUpstream((_request, response) => void setTimeout(() => response.end(), 100));
  onTestFinished(() => upstream.close());
  const body = { name: 'slow', protocol: 'http', host: '127.0.0.1', port: String(upstream.port) };
  const registered = await send(`${url}/sys/transmit/v1/routes`, { method: 'POST', body });
  const { id } = ((await registered.json()) as { data: { id: string } }).data;
  return `GET /sys/transmit/x HTTP/1.1\r\nHost: localhost\r\nPlat-Route-Id: ${id}\r\n\r\n`;
}

const answersIn = (received: string) => received.match(/^HTTP\/1\.1 200 OK/gm)?.length;

test('while it stops it is not ready, serves on, and ends each connection with its next answer', async () => {
  const { server, open, used } = await start();
  const forwarded = await slowRequest(server.url);
  const [kept, ahead, fresh] = await Promise.all([used(), used(), open()]);
  const stopped = server.app.stop(DELAY);
  const ready = await send(`${server.url}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  expect(await ready.json()).toMatchObject({ detail: 'the server is stopping' });
  kept.write(GET);
  fresh.write(GET);
  ahead.write(forwarded.repeat(3));
  const received = await Promise.all([kept, fresh, ahead].map((socket) => text(socket)));
  expect(received.map(answersIn)).toEqual([1, 1, 3]);
  for (const each of received) expect(each.match(/^Connection: close/gm)).toHaveLength(1);
  await stopped;
  await expect(send(`${server.url}/healthz`)).rejects.toThrow();
});

test('it ends in time although connections are idle, half open, unused, or read by nobody', async () => {
  const { server, open, used } = await start({ SHUTDOWN_TIMEOUT: '1' });
  const [idle, half, unused, webSocket] = await Promise.all([used(), used(), open(), open()]);
  half.write(GET.slice(0, 20));
  webSocket.write(
    'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: ${btoa('x'.repeat(16))}\r\n\r\n`,
  );
  expect(String(await once(webSocket, 'data'))).toContain('HTTP/1.1 101');
  webSocket.pause();
  const closed = [idle, half, unused].map(async (socket) => {
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
  });
  await server.app.stop(DELAY);
  await Promise.all(closed);
});
