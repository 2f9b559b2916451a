import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { check } from 'recheck';
import { parseSync, Visitor } from 'vite';
import { describe, expect, test, vi } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
/** Milliseconds for one expression; the checker itself is exponential. */
const LIMIT = 20_000;

interface Found {
  literals: [pattern: string, flags: string][];
  /** Places where one is put together at run time, which nothing can check. */
  constructed: string[];
}

/** The regular expressions of a source text. */
function expressionsOf(name: string, text: string): Found {
  const { program, errors } = parseSync(name, text);
  expect(errors).toEqual([]);
  const found: Found = { literals: [], constructed: [] };
  const note = ({ callee, start, end }: { callee: { type: string }; start: number; end: number }) => {
    if ('name' in callee && callee.name === 'RegExp') found.constructed.push(text.slice(start, end));
  };
  new Visitor({
    Literal: (node) => {
      if ('regex' in node) found.literals.push([node.regex.pattern, node.regex.flags]);
    },
    NewExpression: note,
    CallExpression: note,
  }).visit(program);
  return found;
}

/** Whether matching takes time in proportion to the text, at most: `safe`, `vulnerable` or `unknown`. */
async function verdictOn(pattern: string, flags: string): Promise<string> {
  // Its other backends are a Java archive and a binary of the system's.
  vi.stubEnv('RECHECK_BACKEND', 'pure');
  return (await check(pattern, flags, { timeout: LIMIT, randomSeed: 1 })).status;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.[jt]sx?$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => ({ name, ...expressionsOf(name, readFileSync(join(SRC, name), 'utf8')) }));
const literals = files.flatMap(({ name, literals: found }) =>
  found.map(([pattern, flags]) => ({ place: `${name}: /${pattern}/${flags}`, pattern, flags })),
);

describe('every regular expression takes linear time', () => {
  test.each(literals)('$place', { timeout: 2 * LIMIT }, async ({ pattern, flags }) => {
    expect(await verdictOn(pattern, flags)).toBe('safe');
  });

  test('none is put together at run time', () => {
    expect(files.filter(({ constructed }) => constructed.length > 0)).toEqual([]);
  });
});

test('a quadratic one would be found, wherever it stands', async () => {
  const source =
    'export class A { @b({ c: /x/ }) d = (e: string) => `${e.replace(/:[ \\t]*([\\t -~]*)\\r\\n/y, "")}`; }';
  const { literals: found } = expressionsOf('planted.ts', source);
  expect(found).toHaveLength(2);
  const verdicts = await Promise.all(found.map(([pattern, flags]) => verdictOn(pattern, flags)));
  expect(verdicts).toEqual(['safe', 'vulnerable']);
  expect(expressionsOf('planted.tsx', 'new RegExp(a); RegExp("b")').constructed).toHaveLength(2);
});
