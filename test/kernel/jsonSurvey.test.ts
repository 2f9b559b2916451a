import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surveyOf, weightOfText } from '../../src/kernel/jsonSurvey.js';

const inner = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

const levelsOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...inner(value).map(levelsOf)) : 0;

const valuesOf = (value: unknown): number =>
  inner(value).reduce((sum: number, each) => sum + valuesOf(each), 1);

/** With what stands for structure outside of texts. */
const text = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...'[]{},:"\\ -1e5')).map((parts) => parts.join('')),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(true, false, null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value')),
    fc.dictionary(text, tie('value')),
  ),
}));

test('tells of a text what its value is made of', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t', ' \r\n'), (given, indent) => {
      const { levels, values } = surveyOf(JSON.stringify(given, undefined, indent));
      expect([levels, values]).toEqual([levelsOf(given), valuesOf(given)]);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['{}', 1],
  ['[ [], { } ]', 3],
  ['[1,2]', 3],
  [JSON.stringify(['x'.repeat(640)]), 12],
  [JSON.stringify({ ['x'.repeat(64)]: 1 }), 3],
])('%s weighs %i', (json, weight) => {
  expect(surveyOf(json).weight).toBe(weight);
});

test.each([
  ['x'.repeat(640), 11],
  ['\u0001'.repeat(640), 61],
  ['é"\n'.repeat(64), 6],
])('a text weighs what it does as JSON', (text, weight) => {
  expect(weightOfText(text)).toBe(weight);
});

test.each([
  ['[0,-1,123456789012345,9007199254740991,0.5,1e+21]', false],
  ['"9007199254740993"', false],
  ['{"9007199254740993":1}', false],
  ['9007199254740993', true],
  ['[-0]', true],
  ['[1.0]', true],
  ['[1E3]', true],
  ['1e400', true],
])('%s loses digits: %s', (json, losesDigits) => {
  expect(surveyOf(json).losesDigits).toBe(losesDigits);
});

test.each(['', '"', '"\\', '[', ']]]', '-', '{"a', '1e', ',,,', '"a\\"b'])('%j ends, too', (given) => {
  expect(surveyOf(given).values).toBeGreaterThanOrEqual(0);
});
