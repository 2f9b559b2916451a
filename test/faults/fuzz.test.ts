import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { register } from '../http/connections.js';
import { startProcess } from '../support/process.js';
import { tcpUpstream } from '../support/upstream.js';

const DURATION = Number(process.env['FUZZ_SECONDS'] ?? 60) * 1_000;
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const CONNECTIONS = 16;
const LONGEST_PROBE = 1_000;
/** In tens of milliseconds. */
const LATEST_ANSWERS = 5;
/** Above what it takes once it is warm. */
const MOST_GROWTH = 300 * 2 ** 20;

/** Fragments of requests and frames, among them such as belong nowhere. */
const fragments = (id: string) =>
  fc.oneof(
    fc.constantFrom(
      'GET ',
      'POST ',
      'HEAD ',
      'PUT ',
      'CONNECT ',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'get ',
      'OPTIONS ',
    ),
    fc.constantFrom(
      '/graphql',
      '/sys/transmit/x',
      '/sys/transmit/v1/routes',
      '/v1/cluster',
      '/api/v1/login',
      '/healthz',
      '/docs',
      '*',
      '//',
      'http://a/graphql',
      '/%00',
      '/\u00e9',
    ),
    fc.constantFrom(' HTTP/1.1\r\n', ' HTTP/1.0\r\n', ' HTTP/9.9\r\n', '\r\n', '\n', '\r\n\r\n', '\r'),
    fc.constantFrom(
      'Host: 127.0.0.1\r\n',
      'Host: a\r\nHost: b\r\n',
      `Plat-Route-Id: ${id}\r\n`,
      'Connection: close\r\n',
      'Connection: Upgrade\r\n',
      'Connection: keep-alive, Upgrade, HTTP2-Settings\r\n',
    ),
    fc.constantFrom(
      'Upgrade: websocket\r\n',
      'Upgrade: h2c\r\n',
      'Upgrade: tcp\r\n',
      'Upgrade: TLS/1.2, SPDY/3.1\r\n',
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n',
    ),
    fc.constantFrom(
      'Content-Length: 26\r\n',
      'Content-Length: 0\r\n',
      'Content-Length: -1\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip\r\n',
      'Expect: 100-continue\r\n',
      'Expect: x\r\n',
      'Content-Type: application/json\r\n',
      'Content-Encoding: gzip\r\n',
    ),
    fc.constantFrom(
      '{"query":"{viewer{name}}"}',
      '1a\r\n',
      '0\r\n\r\n',
      'ffffffffffffffff\r\n',
      ';x=y\r\n',
      '{',
      '\u0000',
    ),
    // WebSocket: an init, a ping, a frame that says it is huge, a close.
    fc.constantFrom(
      '\u0081\u0097\0\0\0\0{"type":"connection_init"}',
      '\u0089\u0080\0\0\0\0',
      '\u0082\u00ff\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff',
      '\u0088\u0080\0\0\0\0',
    ),
    fc.integer({ min: 1, max: 5_000 }).map((length) => `X: ${'x'.repeat(length)}\r\n`),
    fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    }),
  );

const get = (path: string, ...fields: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...fields, '', ''].join('\r\n');
const offering = (protocol: string) => ['Connection: Upgrade', `Upgrade: ${protocol}`];
const WEBSOCKET = [
  ...offering('websocket'),
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
];

/** Requests that are whole, of which one may be sent ahead of another's answer. */
const requests = (id: string) => {
  const to = `Plat-Route-Id: ${id}`;
  return fc.constantFrom(
    get('/healthz'),
    get('/healthz', ...offering('h2c')),
    get('/sys/transmit/x', to),
    get('/sys/transmit/x', to, ...offering('tcp')),
    get('/sys/transmit/x', to, ...WEBSOCKET),
    get('/graphql', ...WEBSOCKET),
    'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n{"query":"{viewer{name}}"}',
    `POST /sys/transmit/x HTTP/1.1\r\nHost: 127.0.0.1\r\n${to}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}`,
    'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
  );
};

/** What is written one after the other: anything, or whole requests that come together and then anything. */
const pieces = (id: string) =>
  fc.oneof(
    fc.array(fc.oneof({ weight: 9, arbitrary: fragments(id) }, { weight: 1, arbitrary: requests(id) }), {
      minLength: 1,
      maxLength: 30,
    }),
    fc
      .tuple(
        fc.array(requests(id), { minLength: 1, maxLength: 6 }),
        fc.array(fragments(id), { maxLength: 3 }),
      )
      .map(([whole, rest]) => [whole.join(''), ...rest]),
  );

interface Script {
  pieces: string[];
  isReading: boolean;
  /** Milliseconds in which the connection stays when all is written. */
  stays: number;
  ending: 'end' | 'reset';
}

/** Plays one script on a connection of its own. */
async function play(port: number, { pieces, isReading, stays, ending }: Script): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  if (isReading) socket.resume();
  else socket.pause();
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece, 'latin1');
    await new Promise(setImmediate);
  }
  await delay(stays);
  if (ending === 'reset') socket.resetAndDestroy();
  else socket.destroySoon();
}

const memoryOf = (pid: number | undefined) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

test(`the server lives, answers and stays small whatever bytes come (FUZZ_SEED=${SEED})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-fuzz-'));
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n';
  const answers = [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    switching,
    'HTTP/1.1 200 OK\r\n',
    'no HTTP',
  ];
  let asked = 0;
  const upstream = await tcpUpstream((socket) => {
    socket.once('data', (request) => {
      asked += 1;
      const isTaken = request.includes('Upgrade: tcp') && asked % 2 === 0;
      const answer = isTaken ? switching : answers[asked % answers.length];
      // Some take their time, so that requests are sent ahead of answers.
      setTimeout(() => socket.write(answer ?? ''), (asked % LATEST_ANSWERS) * 10);
    });
  });
  const server = await startProcess({ DATA_DIR: folder, LOG_LEVEL: 'fatal' });
  const { port } = new URL(server.url);
  try {
    const id = await register(server.url, upstream);
    const script = fc.record({
      pieces: pieces(id),
      isReading: fc.boolean(),
      stays: fc.constantFrom(5, 50),
      ending: fc.constantFrom('end' as const, 'reset' as const),
    });
    const scripts = fc.sample(script, { seed: SEED, numRuns: 3_000 });
    const until = performance.now() + DURATION;
    let next = 0;
    let warm = 0;
    let most = 0;
    let longest = 0;
    const attack = async () => {
      while (performance.now() < until) {
        const chosen = scripts[(next += 1) % scripts.length];
        if (chosen) await play(Number(port), chosen);
      }
    };
    const probe = async () => {
      while (performance.now() < until) {
        const before = performance.now();
        const answer = await fetch(`${server.url}/healthz`, { signal: AbortSignal.timeout(10_000) });
        expect(await answer.json()).toEqual({ status: 'ok' });
        longest = Math.max(longest, performance.now() - before);
        most = Math.max(most, memoryOf(server.process.pid));
        if (performance.now() > until - DURATION / 2) warm ||= most;
        await delay(100);
      }
    };
    await Promise.all([probe(), ...Array.from({ length: CONNECTIONS }, attack)]).catch((cause: unknown) => {
      throw new Error(`no answer; the server printed:\n${server.output()}`, { cause });
    });
    expect(server.process.exitCode).toBeNull();
    expect(next).toBeGreaterThan(CONNECTIONS);
    expect(longest).toBeLessThan(LONGEST_PROBE);
    expect(most - warm).toBeLessThan(MOST_GROWTH);
  } finally {
    await server.end('SIGKILL');
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
