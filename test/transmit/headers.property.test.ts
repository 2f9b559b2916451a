import * as fc from 'fast-check';
import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { hasPassed } from '../../src/kernel/via.js';
import { type Hop, requestHeaders, responseHeaders } from '../../src/transmit/headers.js';

const HOP: Hop = {
  host: 'platform:8080',
  peer: '::ffff:10.0.0.1',
  client: '10.0.0.1',
  viaTrustedProxy: false,
  protocol: 'http',
  httpVersion: '1.1',
  viaName: 'isthmus-1',
};
const HOP_BY_HOP = ['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Transfer-Encoding', 'Upgrade'];
const OURS = [
  'Host',
  'Plat-Route-Id',
  'X-Access-Token',
  'Expect',
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
];

const anyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) =>
      Array.from(name, (letter, index) => (upper[index] ? letter.toUpperCase() : letter.toLowerCase())).join(
        '',
      ),
    );
const ordinary = fc.stringMatching(/^x-[a-z]{1,6}$/).filter((name) => !name.startsWith('x-forwarded'));
const kept = fc.oneof(
  ordinary,
  fc.constantFrom('Cookie', 'Authorization', 'Set-Cookie', 'Via', 'Accept', 'Proxy-Authorization'),
);
const value = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
});
const field = (name: fc.Arbitrary<string>) => fc.tuple(name.chain(anyCase), value);
const fields = fc.array(fc.oneof(field(kept), field(fc.constantFrom(...HOP_BY_HOP.slice(1), ...OURS))), {
  maxLength: 12,
});
const named = fc.subarray(['x-a', 'x-hop', 'keep-alive', 'close', 'x-b']);

/** As Node joins them. */
function joined(list: readonly (readonly [string, string])[]): IncomingHttpHeaders {
  const headers: Record<string, string> = {};
  for (const [name, text] of list) {
    const lower = name.toLowerCase();
    headers[lower] = lower in headers ? `${headers[lower]}, ${text}` : text;
  }
  return headers;
}

const isDropped = (name: string, connection: string[], list: string[]) =>
  list.some((item) => item.toLowerCase() === name.toLowerCase()) || connection.includes(name.toLowerCase());

test('what is end-to-end keeps its order, case, duplicates and bytes; the rest is dropped', () => {
  fc.assert(
    fc.property(fields, named, (list, connection) => {
      const all = [...list, ['Connection', connection.join(' , ')] as const];
      const expected = list.filter(([name]) => !isDropped(name, connection, [...HOP_BY_HOP, ...OURS]));
      expect(requestHeaders(all.flat(), joined(all), HOP)).toEqual([
        ...expected.flat(),
        'X-Forwarded-For',
        '10.0.0.1',
        'X-Forwarded-Host',
        joined(all).host ?? '',
        'X-Forwarded-Proto',
        'http',
        'Via',
        '1.1 isthmus-1',
      ]);
    }),
  );
});

const ANSWER_HOP = { status: 200, hasTrailers: true, isKeptAlive: true, isSandboxed: false };

test('an answer keeps everything but what is about the connection', () => {
  fc.assert(
    fc.property(fields, named, (list, connection) => {
      const all = [...list, ['Connection', connection.join(',')] as const];
      const expected = list.filter(([name]) => !isDropped(name, connection, HOP_BY_HOP));
      const hop = { ...ANSWER_HOP, connection: connection.join(',') };
      expect(responseHeaders(all.flat(), hop)).toEqual([...expected.flat(), 'Vary', 'Plat-Route-Id']);
    }),
  );
});

test('what a trusted proxy says is kept, and it is added to the addresses', () => {
  fc.assert(
    fc.property(fc.array(fc.ipV4(), { minLength: 1 }), (addresses) => {
      const list = [
        ['X-Forwarded-For', addresses.join(', ')],
        ['X-Forwarded-Proto', 'https'],
      ] as const;
      const sent = requestHeaders(list.flat(), joined(list), { ...HOP, viaTrustedProxy: true });
      expect(sent).toContain(`${addresses.join(', ')}, 10.0.0.1`);
      expect(sent.filter((text) => text === 'X-Forwarded-Proto')).toHaveLength(1);
    }),
  );
});

test.each([
  ['1.1 isthmus-1', true],
  ['HTTP/1.1 ISTHMUS-1', true],
  ['1.0 a, 1.1 isthmus-1 (Isthmus)', true],
  ['1.1 a (b, 1.1 isthmus-1)', false],
  ['1.1 isthmus-12', false],
  ['1.1 a\t, 1.1\tisthmus-1', true],
  ['', false],
  [undefined, false],
])('Via %s', (via, passed) => {
  expect(hasPassed(via, 'isthmus-1')).toBe(passed);
});
