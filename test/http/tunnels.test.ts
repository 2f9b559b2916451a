import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logIn, query, startServer, type TestServer } from '../support/server.js';
import { tcpUpstream, type Upstream } from '../support/upstream.js';
import { connectTo, register, request, statusesOf } from './connections.js';

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nready:';
const OFFER = ['Connection: Upgrade', 'Upgrade: tcp'];
const ADMIN = ['admin', 'Correct-Horse-7'] as const;

let server: TestServer;
let upstream: Upstream;
/** What the platform has been sent. */
let received = '';

beforeAll(async () => {
  server = await startServer();
  // Speaks another protocol with whoever asks in whole, and sends everything back.
  upstream = await tcpUpstream((socket) => {
    let head = '';
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      received += text;
      if (head === 'done') {
        socket.write(text);
        return;
      }
      head += text;
      if (!/\r\n\r\n(?:0\r\n\r\n)?$|\}$/.test(head)) return;
      const isRefused = head.includes('/refused');
      head = isRefused ? '' : 'done';
      socket.write(isRefused ? 'HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno' : SWITCH);
    });
  });
});
afterAll(() => Promise.all([server.stop(), upstream.close()]));

async function tunnel(id: string, fields: string[] = [], line = 'GET /sys/transmit/x', body = '') {
  const peer = connectTo(server.url, request(line, [...OFFER, `Plat-Route-Id: ${id}`, ...fields], body));
  await expect.poll(peer.text).toContain('ready:');
  return peer;
}

test.each([
  [
    'docker, with a body',
    'POST /sys/transmit/exec/1/start',
    ['Content-Type: application/json'],
    '{"Tty":true}',
  ],
  [
    'kubectl, by POST',
    'POST /sys/transmit/exec',
    ['Content-Length: 0', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
    '',
  ],
])(
  '%s: the offer and the body reach the platform, and what comes after passes both ways',
  async (_name, line, fields, body) => {
    received = '';
    const { socket, text } = await tunnel(await register(server.url, upstream), fields, line, body);
    socket.write('hello');
    await expect.poll(text).toContain('ready:hello');
    expect(received).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n/);
    expect(received.endsWith(`\r\n\r\n${body}hello`)).toBe(true);
  },
);

test('what is sent ahead belongs to the other protocol when the platform switches, else it is the next request', async () => {
  const id = await register(server.url, upstream);
  const fields = [...OFFER, `Plat-Route-Id: ${id}`];
  const early = connectTo(server.url, `${request('GET /sys/transmit/x', fields)}early`);
  await expect.poll(early.text).toContain('ready:early');
  const refused = connectTo(
    server.url,
    request('GET /sys/transmit/refused', fields) + request('GET /readyz'),
  );
  await expect.poll(() => statusesOf(refused.text())).toEqual([409, 200]);
  const withBody = request('POST /sys/transmit/refused', [...fields, 'Content-Type: application/json'], '{}');
  refused.socket.write(withBody + request('GET /readyz'));
  await expect.poll(() => statusesOf(refused.text())).toEqual([409, 200, 409, 200]);
});

test('a tunnel ends with the session of its caller, and with no other', async () => {
  const id = await register(server.url, upstream);
  const token = await logIn(server.url, ...ADMIN);
  const others = await tunnel(id, [`X-Access-Token: ${await logIn(server.url, ...ADMIN)}`]);
  const own = await tunnel(id, [`X-Access-Token: ${token}`]);
  await query(server.url, 'mutation { logOut { __typename } }', { token });
  await own.closed;
  others.socket.write('still there');
  await expect.poll(others.text).toContain('still there');
});

test('a tunnel ends with the access token of its caller', async () => {
  const brief = await startServer({ ACCESS_TOKEN_LIFETIME: '2' });
  try {
    const id = await register(brief.url, upstream);
    const offer = [...OFFER, `Plat-Route-Id: ${id}`, `X-Access-Token: ${await logIn(brief.url, ...ADMIN)}`];
    const own = connectTo(brief.url, request('GET /sys/transmit/x', offer));
    await expect.poll(own.text).toContain('ready:');
    await own.closed;
  } finally {
    await brief.stop();
  }
});

test.each(['PUT', 'DELETE'])('a tunnel ends when its platform is changed or deleted (%s)', async (method) => {
  const [id, other] = [await register(server.url, upstream), await register(server.url, upstream)];
  const [own, others] = [await tunnel(id), await tunnel(other)];
  const answer = await fetch(`${server.url}/sys/transmit/v1/routes/${id}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'PUT'
      ? { body: JSON.stringify({ name: 'renamed', protocol: 'http', host: '127.0.0.1', port: '1' }) }
      : {}),
  });
  expect(answer.status).toBe(200);
  await own.closed;
  others.socket.write('still there');
  await expect.poll(others.text).toContain('still there');
});

/** How much of what was written to a socket has left the process, once no more does. */
async function departed(socket: Socket): Promise<number> {
  let last = -1;
  const left = () => socket.bytesWritten - socket.writableLength;
  await expect
    .poll(
      () => {
        const isStill = left() === last;
        last = left();
        return isStill;
      },
      { interval: 300 },
    )
    .toBe(true);
  return last;
}

test('an end that does not read holds the other back', async () => {
  const chunk = 'x'.repeat(1_000_000);
  const silent = await tcpUpstream((socket) => {
    socket.once('data', () => {
      socket.pause().write(SWITCH);
      for (let sent = 0; sent < 100; sent += 1) socket.write(chunk);
    });
  });
  try {
    const id = await register(server.url, silent);
    const { socket } = await tunnel(id);
    socket.pause();
    for (let sent = 0; sent < 100; sent += 1) socket.write(chunk);
    for (const end of [socket, silent.sockets.at(-1)]) {
      if (!end) throw new Error('no connection');
      expect(await departed(end)).toBeLessThan(40_000_000);
    }
  } finally {
    await silent.close();
  }
});
