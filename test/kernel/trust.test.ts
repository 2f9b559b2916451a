import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Trust } from '../../src/kernel/trust.js';

const trust = new Trust({
  TRUSTED_NETWORKS: ['127.0.0.0/8', '::1/128', '10.0.0.0/8'],
  TRUSTED_PROXIES: ['192.168.0.0/16'],
  PUBLIC_HOSTS: ['localhost', 'Isthmus.example', 'ui.example:8443'],
});

describe('who is calling', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::1', '::1', true],
    ['10.9.8.7', '10.9.8.7', true],
    ['203.0.113.1', '203.0.113.1', false],
    ['', '', false],
    [undefined, '', false],
  ])('the connection from %s', (remote, address, isTrusted) => {
    expect(trust.callerOf(remote, {})).toEqual({ address, isTrusted, viaTrustedProxy: false });
  });

  test('a peer that is no proxy of ours is not trusted once it reports another address', () => {
    fc.assert(
      fc.property(fc.constantFrom('x-forwarded-for', 'forwarded'), fc.string(), (name, text) => {
        const caller = trust.callerOf('127.0.0.1', { [name]: text });
        expect(caller).toEqual({ address: '127.0.0.1', isTrusted: false, viaTrustedProxy: false });
      }),
    );
  });

  test.each([
    ['10.1.1.1', '10.1.1.1', true],
    ['10.1.1.1, 203.0.113.1', '203.0.113.1', false],
    ['203.0.113.1, 10.1.1.1', '10.1.1.1', true],
    ['10.1.1.1, 192.168.7.7, 192.168.8.8', '10.1.1.1', true],
    ['192.168.7.7, 192.168.8.8', '192.168.7.7', false],
    ['10.1.1.1:4711', '10.1.1.1', true],
    ['[::1]:4711', '::1', true],
    ['::ffff:10.1.1.1', '10.1.1.1', true],
  ])('a trusted proxy that reports %s', (text, address, isTrusted) => {
    expect(trust.callerOf('192.168.1.1', { 'x-forwarded-for': text })).toEqual({
      address,
      isTrusted,
      viaTrustedProxy: true,
    });
  });

  test.each(['', 'unknown', '10.1.1.1, _hidden', '10.1.1.1, unknown, 192.168.1.2'])(
    'a trusted proxy that does not know the address (%s)',
    (text) => {
      const caller = trust.callerOf('192.168.1.1', { 'x-forwarded-for': text });
      expect(caller).toEqual({ address: '192.168.1.1', isTrusted: false, viaTrustedProxy: true });
    },
  );

  test('a proxy that reports in another field only is not understood, and not trusted', () => {
    const proxied = new Trust({
      TRUSTED_NETWORKS: ['0.0.0.0/0'],
      TRUSTED_PROXIES: ['127.0.0.1'],
      PUBLIC_HOSTS: [],
    });
    expect(proxied.callerOf('127.0.0.1', { forwarded: 'for=10.1.1.1' }).isTrusted).toBe(false);
    expect(proxied.callerOf('127.0.0.1', {}).isTrusted).toBe(true);
  });

  test('the caller is the rightmost address that is no proxy, for every chain', () => {
    const proxy = fc.tuple(fc.nat(255), fc.nat(255)).map(([high, low]) => `192.168.${high}.${low}`);
    const outside = fc.ipV4().filter((address) => !address.startsWith('192.168.'));
    fc.assert(
      fc.property(fc.array(fc.ipV4()), outside, fc.array(proxy), (claimed, address, proxies) => {
        const text = [...claimed, address, ...proxies].join(', ');
        expect(trust.callerOf('192.168.1.1', { 'x-forwarded-for': text }).address).toBe(address);
      }),
    );
  });

  test('many addresses are answered as rightly as few', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const isTrusted = /^(?:127|10)\./.test(address);
        expect(trust.callerOf(address, {}).isTrusted).toBe(isTrusted);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('whether a browser was made to send it', () => {
  test.each([
    [{}],
    [{ host: 'localhost:11000' }],
    [{ host: '127.0.0.1:11000' }],
    [{ host: '[::1]:11000' }],
    [{ host: '10.0.0.1' }],
    [{ host: 'isthmus.EXAMPLE' }],
    [{ host: 'ui.example:8443' }],
    [{ host: 'localhost:11000', origin: 'http://localhost:11000' }],
    [{ host: 'localhost', origin: 'http://localhost' }],
    [{ host: '127.0.0.1:11000', origin: 'https://isthmus.example' }],
    [{ host: '127.0.0.1:80', origin: 'http://127.0.0.1' }],
    [{ host: 'localhost', origin: 'https://ui.example:8443' }],
    [{ host: 'localhost:1', origin: 'http://localhost:1', 'sec-fetch-site': 'same-origin' }],
    [{ host: 'localhost', 'sec-fetch-site': 'none' }],
  ])('%o is our own', (headers) => {
    expect(trust.isForeign(headers)).toBe(false);
  });

  test.each([
    [{ host: 'evil.example' }],
    [{ host: 'localhost.evil.example' }],
    [{ host: 'ui.example' }],
    [{ host: 'localhost:11000', origin: 'http://localhost:3000' }],
    [{ host: 'localhost', origin: 'http://evil.example' }],
    [{ host: 'localhost', origin: 'null' }],
    [{ host: 'localhost', origin: '' }],
    [{ host: 'localhost', origin: 'chrome-extension://localhost' }],
    [{ host: 'localhost', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }],
    [{ host: 'localhost', 'sec-fetch-site': 'cross-site' }],
    [{ host: 'localhost', 'sec-fetch-site': 'same-site' }],
    [{ origin: 'http://evil.example' }],
  ])('%o is foreign', (headers) => {
    expect(trust.isForeign(headers)).toBe(true);
  });
});
