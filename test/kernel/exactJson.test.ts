import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactly } from '../../src/kernel/exactJson.js';

const digits = fc.stringMatching(/^[1-9]\d{0,25}$/);
const number = fc.oneof(
  digits,
  digits.map((text) => `-${text}`),
  fc.tuple(digits, fc.stringMatching(/^\d{1,20}$/)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.tuple(digits, fc.integer({ min: -400, max: 400 })).map(([whole, power]) => `${whole}e${power}`),
  fc.constantFrom('0', '-0', '0.0', '1.0', '1E+3', '9007199254740993', '1e400'),
);
const text = fc
  .oneof(fc.string(), fc.constantFrom('\\', '"', '\\"', '1e5', ':12345678901234567890,'))
  .map((value) => JSON.stringify(value));

/** Without escapes: once V8 has read an object with the name `\\`, it takes escaped names of others for it. And unlike indices, which come first. */
const name = fc.stringMatching(/^[a-z][:,\d.]{0,5}$/);

/** JSON without white space, spelled as it may come. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    number,
    text,
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('json')).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(name, tie('json')), { selector: ([own]) => own })
      .map((fields) => `{${fields.map(([own, value]) => `"${own}":${value}`).join(',')}}`),
  ),
}));

test('what is parsed and written again is what it was, to the last digit', () => {
  fc.assert(
    fc.property(json, (source) => {
      expect(JSON.stringify(parseExactly(source))).toBe(source);
    }),
    { numRuns: 2_000 },
  );
});

test('numbers that JavaScript holds are numbers', () => {
  expect(parseExactly(' { "a" : [ 1 , -2.5 , 1e21 ] , "b": "1e400" } ')).toEqual({
    a: [1, -2.5, expect.anything()],
    b: '1e400',
  });
  expect(parseExactly('9007199254740991')).toBe(9007199254740991);
});

test.each(['', '{', '01', '1.', '--1', '"a', '"\\', '[1,]', '1 2'])('%j is no JSON', (source) => {
  expect(() => parseExactly(source)).toThrow(SyntaxError);
});
