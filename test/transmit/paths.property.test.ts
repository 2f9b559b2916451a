import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { forwardedPath } from '../../src/transmit/target.js';
import { tcpUpstream } from '../support/upstream.js';
import { during, head, rawConnection, routeTo, startForwarding } from './forwarding.js';

/** What can stand in a request target (RFC 9112 3.2); Node's parser answers 400 itself to any other byte. */
const byte = fc.integer({ min: 0x21, max: 0x7e });
const bytes = fc.array(byte, { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));
const awkward = fc.constantFrom(
  '//',
  '/../',
  '/./',
  '%2F',
  '%2f',
  '%',
  '%zz',
  '\\',
  ';a=b',
  '?',
  '&&',
  'v1/routes',
  '/v1/%72outes',
);
const rest = fc.array(fc.oneof(bytes, awkward), { maxLength: 6 }).map((parts) => parts.join(''));

const isManagement = (path: string) => /^\/v1\/routes(?:[/?].*)?$/s.test(path);

test('everything below a prefix is forwarded as it stands, but for management', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('/sys/transmit', '/api/sys/transmit', 'http://h/sys/transmit'),
      rest,
      (prefix, text) => {
        const path = `/${text}`;
        expect(forwardedPath(`${prefix}${path}`)).toBe(isManagement(path) ? undefined : path);
      },
    ),
  );
});

test.each([
  ['/sys/transmit', '/'],
  ['/sys/transmit?a=/b', '/?a=/b'],
  ['/sys/transmit/v1/routes', undefined],
  ['/sys/transmit/v1/routes?x=1', undefined],
  ['/api/sys/transmit/v1/routes/7', undefined],
  ['/sys/transmit/v1/routesX', '/v1/routesX'],
  ['/sys/transmit//v1/routes', '//v1/routes'],
  ['/sys/transmit/v1/%72outes', '/v1/%72outes'],
  ['/sys/transmit/V1/routes', '/V1/routes'],
  ['/sys/transmitX', undefined],
  ['/sys/transmit%2F', undefined],
  ['/SYS/transmit/', undefined],
  ['/other/sys/transmit/', undefined],
  ['http://h:1/api/sys/transmit/a', '/a'],
  ['http://h', undefined],
  ['http://h?/sys/transmit/a', undefined],
  ['http://h/sys/transmit?/a', '/?/a'],
  ['*', undefined],
  ['', undefined],
])('%s', (target, path) => {
  expect(forwardedPath(target)).toBe(path);
});

test('the platform sees the very bytes', async () => {
  const seen: string[] = [];
  const upstream = await during(
    tcpUpstream((socket) => {
      socket.on('data', (chunk) => {
        seen.push(chunk.toString('latin1').split('\r\n')[0] ?? '');
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  await fc.assert(
    fc.asyncProperty(rest, async (text) => {
      fc.pre(!isManagement(`/${text}`));
      const { socket, until } = rawConnection(forwarding.port, head(`GET /sys/transmit/${text} HTTP/1.1`));
      expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(seen.at(-1)).toBe(`GET /${text} HTTP/1.1`);
      socket.destroy();
    }),
    { numRuns: 150 },
  );
});
