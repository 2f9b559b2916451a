import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Isthmus, register, startIsthmus } from './isthmus.ts';
import { memory } from './processes.ts';
import { print, table } from './table.ts';

const GIBIBYTE = 1_073_741_824;
const CHUNK = Buffer.alloc(262_144, 'x');
/** MiB. */
const MOST_GROWTH = 64;
const SAMPLE_INTERVAL = 50;
/** A slow end pauses this long, in milliseconds, after each so many bytes. */
const PAUSE = 5;
const BYTES_BETWEEN_PAUSES = 2_097_152;

/** Reads a stream to its end, stopping again and again as a slow reader does; returns the bytes. */
async function readSlowly(stream: IncomingMessage): Promise<number> {
  let total = 0;
  let sincePause = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    total += chunk.length;
    sincePause += chunk.length;
    if (sincePause < BYTES_BETWEEN_PAUSES) continue;
    sincePause = 0;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return total;
}

/** Writes as fast as the other end takes it. */
async function pour(stream: NodeJS.WritableStream, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    if (!stream.write(left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK)) await once(stream, 'drain');
  }
  stream.end();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') response.end(String(await readSlowly(request)));
  else await pour(response, GIBIBYTE);
}

async function transfer({ url }: Isthmus, id: string, method: 'GET' | 'PUT'): Promise<number> {
  const request = http.request(`${url}/sys/transmit/large`, { method, headers: { 'Plat-Route-Id': id } });
  const answered = once(request, 'response');
  if (method === 'PUT') await pour(request, GIBIBYTE);
  else request.end();
  const [response] = (await answered) as [IncomingMessage];
  if (method === 'GET') return readSlowly(response);
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) text += chunk.toString();
  return Number(text);
}

/** One GiB each way between a fast and a slow end; returns whether memory stays as small as it must. */
export async function large(folder: string): Promise<boolean> {
  const upstream = http
    .createServer((request, response) => void answer(request, response))
    .listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const isthmus = await startIsthmus(folder);
  const id = await register(isthmus, (upstream.address() as AddressInfo).port);
  await fetch(`${isthmus.url}/sys/transmit/v1/routes`);
  const rows: string[][] = [];
  let isEnough = true;
  for (const [name, method] of [
    ['upload to a slow platform', 'PUT'],
    ['download to a slow client', 'GET'],
  ] as const) {
    const before = memory(isthmus.child, 'VmRSS');
    let peak = before;
    const sampler = setInterval(
      () => (peak = Math.max(peak, memory(isthmus.child, 'VmRSS'))),
      SAMPLE_INTERVAL,
    );
    const start = performance.now();
    const bytes = await transfer(isthmus, id, method);
    clearInterval(sampler);
    if (bytes !== GIBIBYTE) throw new Error(`${name}: ${bytes} bytes arrived`);
    isEnough &&= peak - before < MOST_GROWTH;
    const seconds = (performance.now() - start) / 1_000;
    rows.push([
      `1 GiB ${name}`,
      seconds.toFixed(1),
      before.toFixed(0),
      (peak - before).toFixed(0),
      String(MOST_GROWTH),
    ]);
  }
  upstream.closeAllConnections();
  upstream.close();
  print(`\n${table(['', 'seconds', 'RSS before, MiB', 'growth, MiB', 'allowed'], rows)}`);
  return isEnough;
}
