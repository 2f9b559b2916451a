import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressPolicy, isCidr, Networks, withoutBrackets } from '../../src/kernel/networks.js';

test.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '::1', '::/0', 'fd00::/8', '::ffff:10.0.0.0/104'])(
  '%s is a network',
  (text) => {
    expect(isCidr(text)).toBe(true);
  },
);

test.each([
  '',
  'localhost',
  '10.0.0.0/33',
  '10.0.0/8',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  ' 10.0.0.1',
  '/8',
])('%s is none', (text) => {
  expect(isCidr(text)).toBe(false);
  expect(() => new Networks([text])).toThrow('not a network');
});

const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

test('an IPv4 network holds its addresses in every form that sockets show', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (base, prefix, address) => {
      const size = 2 ** (32 - prefix);
      const isInside = Math.floor(number(base) / size) === Math.floor(number(address) / size);
      const networks = new Networks([`${base}/${prefix}`]);
      expect(networks.has(address)).toBe(isInside);
      expect(networks.has(`::ffff:${address}`)).toBe(isInside);
    }),
  );
});

test('what is no address is in no network', () => {
  expect(new Networks(['0.0.0.0/0', '::/0']).has('localhost')).toBe(false);
  expect(new Networks(['0.0.0.0/0', '::/0']).has('')).toBe(false);
});

describe('where platforms may live', () => {
  const linkLocal = fc.tuple(fc.nat(255), fc.nat(255)).map(([high, low]) => `169.254.${high}.${low}`);

  test('link-local addresses are denied in all their forms, whatever is allowed', () => {
    const policy = new AddressPolicy(['0.0.0.0/0', '::/0']);
    fc.assert(
      fc.property(linkLocal, (address) => {
        for (const form of [address, `::ffff:${address}`, `64:ff9b::${address}`, `::${address}`]) {
          expect(policy.allows(form)).toBe(false);
        }
      }),
    );
    for (const address of ['fe80::1', 'fe80::1%eth0', 'febf::1', 'FE80::1', '2002:a9fe:a9fe::1']) {
      expect(policy.allows(address)).toBe(false);
    }
    for (const address of ['169.253.255.255', '169.255.0.0', 'fec0::1', '::1', '10.0.0.1']) {
      expect(policy.allows(address)).toBe(true);
    }
  });

  test('with networks, only those', () => {
    const policy = new AddressPolicy(['10.0.0.0/8', 'fd00::/8']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1'])
      expect(policy.allows(address)).toBe(true);
    for (const address of ['11.0.0.1', '127.0.0.1', '0.0.0.0', '::1', '64:ff9b::10.1.2.3']) {
      expect(policy.allows(address)).toBe(false);
    }
  });

  test.each([
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '169.254.43518',
    '0251.0376.0251.0376',
    '[fe80::1]',
    '[::ffff:a9fe:a9fe]',
  ])('%s is denied when it is registered', (host) => {
    expect(new AddressPolicy([]).allowsHost(host)).toBe(false);
  });

  test.each(['platform.example', '10.0.0.1', '[::1]', '169.254.example', 'a_b', 'not a host'])(
    '%s is not',
    (host) => {
      expect(new AddressPolicy([]).allowsHost(host)).toBe(true);
    },
  );
});

test('brackets are taken off', () => {
  expect(withoutBrackets('[::1]')).toBe('::1');
  expect(withoutBrackets('example')).toBe('example');
});
