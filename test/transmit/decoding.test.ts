import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { PlatformAnswer } from '../../src/domains/platforms/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { guardedLookup } from '../../src/net/guardedLookup.js';
import { Calls } from '../../src/transmit/call.js';
import { decodeBody } from '../../src/transmit/callBody.js';
import { Platforms } from '../../src/transmit/platform.js';
import { httpUpstream } from '../support/upstream.js';
import { CONFIG, during, routeTo, VIA_NAME } from './forwarding.js';

/** Calls a platform that answers this, so often at once, and decodes nothing until `release`. */
async function calling(body: Buffer, coding: string | undefined, count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const decoding = { now: 0, most: 0 };
  const decode: typeof decodeBody = async (...given) => {
    decoding.now += 1;
    decoding.most = Math.max(decoding.most, decoding.now);
    await promise;
    return decodeBody(...given).finally(() => (decoding.now -= 1));
  };
  const upstream = await during(
    httpUpstream((_request, response) => {
      response.writeHead(200, coding === undefined ? {} : { 'Content-Encoding': coding }).end(body);
    }),
  );
  const config = { ...CONFIG, TRANSMIT_QUEUE: 100 };
  const addresses = new AddressPolicy([]);
  const platforms = new Platforms(config, addresses, guardedLookup(addresses));
  const platform = platforms.of(routeTo(upstream));
  const calls = new Calls(config, VIA_NAME, decode);
  const { signal } = new AbortController();
  const call = async () => calls.call(platform, { method: 'GET', path: '/', address: '192.0.2.1', signal });
  const outcomes = Promise.allSettled<PlatformAnswer>(Array.from({ length: count }, call));
  return { call, decoding, outcomes, release: resolve };
}

test('of compressed answers four are decoded at once', async () => {
  const { decoding, outcomes, release } = await calling(gzipSync('a text'), 'gzip', 20);
  await expect.poll(() => decoding.now).toBe(4);
  release();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ value: { body: 'a text' } });
  expect(decoding.most).toBe(4);
});

test('answers take room until they are decoded', async () => {
  const mebibyte = Buffer.alloc(1_048_576, 'x');
  const { call, decoding, outcomes, release } = await calling(mebibyte, undefined, 64);
  await expect.poll(() => decoding.now).toBe(64);
  await expect(call()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  release();
  await outcomes;
  expect((await call()).status).toBe(200);
});
