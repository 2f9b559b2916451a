import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSync, Visitor } from 'vite';

const SRC = resolve(import.meta.dirname, '../../src');

/** Those that were found to take linear time, one a line. */
export const VERIFIED = resolve(import.meta.dirname, '../regularExpressions.txt');

interface Found {
  literals: [pattern: string, flags: string][];
  /** Places where one is put together at run time, which nothing can check. */
  constructed: string[];
}

/** The regular expressions of a source text. */
export function expressionsOf(name: string, text: string): Found {
  const { program, errors } = parseSync(name, text);
  const [error] = errors;
  if (error) throw new Error(`${name}: ${error.message}`);
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

/** The regular expressions of each source file. */
export function expressionsOfSources(): (Found & { name: string })[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]sx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => ({ name, ...expressionsOf(name, readFileSync(join(SRC, name), 'utf8')) }));
}
