import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksOf, readableName } from '../../src/kernel/names.js';
import { networkOf } from '../../src/kernel/networks.js';

describe('what a name looks like', () => {
  test.each([
    ['paypal', 'paypaI'],
    ['paypal', 'p\u0430yp\u0430l'],
    ['admin', 'ADMlN'],
    ['Admin', 'Adrnin'],
    ['bob0', 'bobO'],
    ['a b', 'a \u2003b'],
    ['Zo\u00eb', 'Zoe\u0308'],
  ])('%s and %s are alike', (one, other) => {
    expect(looksOf(one)).toBe(looksOf(other));
  });

  test.each([
    ['anna', 'hanna'],
    ['user-2', 'user-3'],
    ['\u738b\u5c0f\u660e', '\u738b\u5c0f\u534e'],
    ['Zoe', 'Zo\u00eb'],
  ])('%s and %s are not', (one, other) => {
    expect(looksOf(one)).not.toBe(looksOf(other));
  });

  test('is the same in capitals and in small letters, for letters that have both', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9 -]{1,64}$/), (name) => {
        expect(looksOf(name.toUpperCase())).toBe(looksOf(name.toLowerCase()));
        expect(looksOf(name)).toBe(looksOf(name.toLowerCase()));
      }),
    );
  });

  test('has no line end, by which rows that looked alike before are told apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }), (name) => {
        if (readableName(64).safeParse(name).success) expect(looksOf(name)).not.toContain('\n');
      }),
    );
  });
});

describe('the network that one caller has to itself', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
    ['::ffff:0:192.0.2.1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['command line', 'command line'],
    ['', ''],
  ])('of %j is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
