import { check } from 'recheck';
import { describe, expect, test, vi } from 'vitest';
import { VERIFIED, expressionsOf, expressionsOfSources } from '../support/regularExpressions.js';

/** Milliseconds for one expression; the checker itself is exponential. */
const LIMIT = 300_000;

/** Whether matching takes time in proportion to the text, at most: `safe`, `vulnerable` or `unknown`. */
async function verdictOn(pattern: string, flags: string): Promise<string> {
  // Its other backends are a Java archive and a binary of the system's.
  vi.stubEnv('RECHECK_BACKEND', 'pure');
  return (await check(pattern, flags, { timeout: LIMIT, randomSeed: 1 })).status;
}

const literals = expressionsOfSources().flatMap(({ name, literals: found }) =>
  found.map(([pattern, flags]) => ({ name, expression: `/${pattern}/${flags}`, pattern, flags })),
);

describe('every regular expression takes linear time', () => {
  const safe = new Set<string>();

  test.each(literals)(
    '$name: $expression',
    { timeout: 2 * LIMIT },
    async ({ pattern, flags, expression }) => {
      expect(await verdictOn(pattern, flags)).toBe('safe');
      safe.add(expression);
    },
  );

  test('and stands in the list with which every run of the suite compares them', async () => {
    await expect(`${[...safe].toSorted().join('\n')}\n`).toMatchFileSnapshot(VERIFIED);
  });
});

test('a quadratic one would be found, wherever it stands', async () => {
  const source =
    'export class A { @b({ c: /x/ }) d = (e: string) => `${e.replace(/:[ \\t]*([\\t -~]*)\\r\\n/y, "")}`; }';
  const { literals: found } = expressionsOf('planted.ts', source);
  expect(found).toHaveLength(2);
  const verdicts = await Promise.all(found.map(([pattern, flags]) => verdictOn(pattern, flags)));
  expect(verdicts).toEqual(['safe', 'vulnerable']);
});
