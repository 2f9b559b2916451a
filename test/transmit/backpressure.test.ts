import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { httpUpstream, scriptedUpstream } from '../support/upstream.js';
import {
  during,
  head,
  open,
  rawConnection,
  read,
  responseTo,
  ROUTE_ID,
  routeTo,
  startForwarding,
} from './forwarding.js';

const CHUNK = Buffer.alloc(65_536, 'x');
const TOTAL = 1_024 * CHUNK.length;
/** What sockets and streams between two ends of the loopback may hold; the bodies are many times that. */
const MOST_HELD = 24 * 1_048_576;

/** Writes `TOTAL` bytes as fast as they are taken; tells how many were. */
function pour(target: NodeJS.WritableStream): { written: () => number } {
  let written = 0;
  const more = () => {
    while (written < TOTAL) {
      written += CHUNK.length;
      if (!target.write(CHUNK)) return;
    }
    target.end();
  };
  target.on('drain', more);
  more();
  return { written: () => written };
}

/** Waits until a figure has stopped to grow. */
async function settled(figure: () => number): Promise<number> {
  let last = -1;
  await expect
    .poll(
      () => {
        const before = last;
        last = figure();
        return last > 0 && last === before;
      },
      { interval: 100 },
    )
    .toBe(true);
  return last;
}

test('a slow client slows the platform down', async () => {
  let poured = { written: () => 0 };
  const upstream = await during(httpUpstream((_request, response) => (poured = pour(response))));
  const forwarding = await startForwarding(routeTo(upstream));
  const response = await responseTo(open(forwarding.port, {}).end());
  expect(await settled(() => poured.written())).toBeLessThan(MOST_HELD);
  expect((await read(response)).body).toHaveLength(TOTAL);
});

test('small pieces for a slow client are waited for once', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  // Longer than as they are sent on, so that there is room for more than one reading, and not for a whole second one.
  const pieces = `00000190\r\n${'x'.repeat(0x190)}\r\n`.repeat(1_000);
  const upstream = await during(
    scriptedUpstream((socket) => {
      let left = 60;
      const more = () => {
        while (left > 0) {
          left -= 1;
          if (!socket.write(pieces)) return;
        }
        socket.end('0\r\n\r\n');
      };
      socket.on('drain', more).write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      more();
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const response = await responseTo(open(forwarding.port, {}).end());
  await settled(() => upstream.sockets[0]?.bytesWritten ?? 0);
  expect((await read(response)).body).toHaveLength(24_000_000);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

test('a slow platform slows the client down', async () => {
  let upload: IncomingMessage | undefined;
  const upstream = await during(
    httpUpstream((request, response) => {
      let received = 0;
      request.pause();
      request.on('data', (chunk: Buffer) => (received += chunk.length)).pause();
      request.on('end', () => response.end(String(received)));
      upload = request;
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = open(forwarding.port, { method: 'PUT', headers: { 'Content-Length': TOTAL } });
  const poured = pour(request);
  expect(await settled(() => poured.written())).toBeLessThan(MOST_HELD);
  upload?.resume();
  expect((await read(await responseTo(request))).body).toBe(String(TOTAL));
});

test('a client that stops reading is given up after the idle limit', async () => {
  const upstream = await during(httpUpstream((_request, response) => void pour(response)));
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_IDLE_TIMEOUT: 200 } });
  const response = await responseTo(open(forwarding.port, {}).end());
  response.on('error', () => undefined);
  await expect.poll(() => forwarding.logs).toMatchObject([{ status: 200, error: 'UPSTREAM_TIMEOUT' }]);
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});

/** Writes as fast as they are taken; the bytes are those of many interim answers. */
function endlessHints(socket: Socket): void {
  const hints = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'.repeat(1_000));
  const more = () => {
    while (socket.writable && socket.write(hints)) continue;
  };
  socket.on('drain', more);
  more();
}

test.each(['reads', 'reads nothing'])(
  'interim answers without an end are cut off when the client %s',
  async (client) => {
    const upstream = await during(scriptedUpstream(endlessHints));
    const forwarding = await startForwarding(routeTo(upstream), {
      config: { TRANSMIT_HEADERS_TIMEOUT: 1_000 },
    });
    const { socket } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.1'));
    if (client !== 'reads') socket.pause();
    const failed = () => forwarding.logs.filter(({ platform }) => platform === ROUTE_ID);
    await expect
      .poll(failed)
      .toMatchObject([{ error: expect.stringMatching(/^UPSTREAM_(PROTOCOL|TIMEOUT)$/) }]);
    expect(upstream.sockets[0]?.bytesWritten).toBeLessThan(MOST_HELD);
    socket.destroy();
  },
);
