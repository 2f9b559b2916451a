import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity } from '../../../src/connectors/kubernetes/quantity.js';

test.each([
  ['0', 0],
  ['4', 4],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+2', 2],
  ['-2', -2],
  ['100m', 0.1],
  ['2300m', 2.3],
  ['250000000n', 0.25],
  ['1500u', 0.0015],
  ['2k', 2000],
  ['129M', 129e6],
  ['1.5G', 1.5e9],
  ['1T', 1e12],
  ['1P', 1e15],
  ['2E', 2e18],
  ['1Ki', 1024],
  ['123Mi', 128_974_848],
  ['1.5Gi', 1_610_612_736],
  ['1Ti', 2 ** 40],
  ['1Pi', 2 ** 50],
  ['1Ei', 2 ** 60],
  ['129e6', 129e6],
  ['1E3', 1000],
  ['12e-1', 1.2],
  ['128974848000m', 128_974_848],
])('%s is %d', (text, number) => {
  expect(parseQuantity(text)).toBe(number);
});

test.each([
  '',
  ' ',
  'm',
  '1 Gi',
  '1gi',
  '1KI',
  '1Mib',
  '0x10',
  '1e',
  '1e1000',
  '--1',
  'NaN',
  'Infinity',
  '.',
])('%j is none', (text) => {
  expect(parseQuantity(text)).toBeNaN();
});

test('a number of milli-units is what it says', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (thousandths) => {
      expect(parseQuantity(`${thousandths}m`)).toBe(thousandths / 1000);
    }),
  );
});

test('a text that no quantity has the length of is none, however it goes on', () => {
  for (const [digit, end] of [
    ['1', '!'],
    ['1', ''],
    ['1.', 'Gi'],
  ] as const) {
    expect(parseQuantity(digit.repeat(4_000_000) + end)).toBeNaN();
  }
});
