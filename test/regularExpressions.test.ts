import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERIFIED, expressionsOf, expressionsOfSources } from './support/regularExpressions.js';

const files = expressionsOfSources();
const verified = new Set(readFileSync(VERIFIED, 'utf8').trimEnd().split('\n'));
const places = files.flatMap(({ name, literals }) =>
  literals.map(([pattern, flags]) => ({ name, expression: `/${pattern}/${flags}` })),
);

test.each(places)(
  '$name: $expression is one of those that take linear time (after a change: npm run test:faults -- regularExpressions -u)',
  ({ expression }) => {
    expect(verified).toContain(expression);
  },
);

test('the list of those that take linear time has no other', () => {
  expect(verified).toEqual(new Set(places.map(({ expression }) => expression)));
});

test('none is put together at run time', () => {
  expect(files.filter(({ constructed }) => constructed.length > 0)).toEqual([]);
});

test('one that is put together would be found', () => {
  expect(expressionsOf('planted.tsx', 'new RegExp(a); RegExp("b")').constructed).toHaveLength(2);
});
