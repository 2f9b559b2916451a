import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import got from 'got';
import { expect, onTestFinished, test } from 'vitest';
import { SshError, type SshSession, tunnelAgents } from '../../../src/connectors/ssh/index.js';
import { IMPATIENT, enter, listener, machine } from './lab.js';

async function site(serve: http.RequestListener) {
  const server = http.createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (session: SshSession, url: string, more: { body?: Buffer } = {}) =>
  got(url, {
    agent: tunnelAgents(session, { keepAlive: true, maxSockets: 2 }),
    retry: { limit: 0 },
    ...(more.body && { method: 'POST', body: more.body }),
  }).buffer();

async function causeOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Error ? error.cause : undefined;
}

test('requests go through the machine, and connections are kept', async () => {
  const at = await machine();
  const session = await enter(at);
  const url = await site((request, response) => {
    void buffer(request).then((body) => response.end(body));
  });
  const agent = tunnelAgents(session, { keepAlive: true, maxSockets: 2 });
  const body = Buffer.alloc(10_000_000, 'a');
  for (let round = 0; round < 3; round += 1) {
    const answer = await got.post(url, { agent, body, retry: { limit: 0 } }).buffer();
    expect(body.equals(answer)).toBe(true);
  }
  expect(at.seen.tunnels).toBe(1);
  agent.http.destroy();
});

test('an answer without a length ends where the connection does', async () => {
  const session = await enter(await machine());
  const end = await listener((socket) => {
    socket.once('data', () =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${'x'.repeat(300_000)}`),
    );
  });
  expect((await ask(session, `http://${end.address}/`)).length).toBe(300_000);
});

test('refused forwarding, and a target that does not answer, are told apart', async () => {
  const closed = await listener(() => undefined);
  await closed.close();
  const refusing = await enter(await machine({ forwarding: false }));
  const session = await enter(await machine(), { patience: IMPATIENT });
  for (const scheme of ['http', 'https']) {
    const url = `${scheme}://${closed.address}/`;
    const [refusal, silence] = [await causeOf(ask(refusing, url)), await causeOf(ask(session, url))];
    expect(refusal).toMatchObject({ failure: 'FORWARDING_REFUSED' });
    expect(silence).toMatchObject({ failure: 'TARGET_UNREACHABLE' });
    for (const cause of [refusal, silence]) {
      expect(cause).toBeInstanceOf(SshError);
      expect(cause).toMatchObject({ message: expect.stringContaining(closed.address) });
    }
  }
});

test('a session that ends takes its connections with it', async () => {
  const at = await machine();
  const session = await enter(at);
  const asked = { count: 0 };
  const url = await site(() => {
    asked.count += 1;
  });
  const waiting = causeOf(ask(session, url));
  await expect.poll(() => asked.count).toBe(1);
  at.cut();
  expect(await waiting).toMatchObject({ failure: 'LOST' });
  expect(await causeOf(ask(session, url))).toMatchObject({ failure: 'LOST' });
});

test('what is not read is not sent for', async () => {
  const session = await enter(await machine());
  const sent = { bytes: 0, isBlocked: false };
  const source = await listener((socket) => {
    const block = Buffer.alloc(65_536);
    const write = () => {
      while (socket.writable && socket.write(block)) sent.bytes += block.length;
      sent.isBlocked = true;
      socket.once('drain', () => {
        sent.isBlocked = false;
        write();
      });
    };
    write();
  });
  const tunnel = session.tunnel('127.0.0.1', source.port);
  await once(tunnel, 'readable');
  await expect.poll(() => sent.isBlocked).toBe(true);
  let before = -1;
  while (sent.bytes !== before) {
    before = sent.bytes;
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
  }
  // Two windows, and what the kernel holds between the three.
  expect(sent.bytes).toBeLessThan(64_000_000);
  expect(session.ended.aborted).toBe(false);
  tunnel.destroy();
});

test('a tunnel that is silent tells so, as sockets do', async () => {
  const session = await enter(await machine());
  const silent = await listener(() => undefined);
  const tunnel = session.tunnel('127.0.0.1', silent.port);
  tunnel.setTimeout(50);
  await once(tunnel, 'timeout');
  expect(session.ended.aborted).toBe(false);
  tunnel.destroy();
});

test('a machine that sends more than it may is left', async () => {
  const session = await enter(await machine({ forwarding: 'flood' }));
  const tunnel = session.tunnel('127.0.0.1', 1);
  const [error] = (await once(tunnel, 'error')) as [unknown];
  expect(error).toMatchObject({ failure: 'TOO_LARGE' });
  expect(session.ended.aborted).toBe(true);
});
