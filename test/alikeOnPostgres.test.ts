import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EMBEDDED_PROGRAMS, WITHOUT_DATABASE } from '../.config/alikeOnPostgres.js';

const ROOT = resolve(import.meta.dirname, '..');
/** Through which all other tests come to a database. */
const DATABASE = join(ROOT, 'test/support/database.ts');
const IMPORT = /(?:\sfrom|^import|\bimport\()\s*'(\.[^']+)'/gm;

/** What a file of tests imports, and what that imports, below `test`. */
function reached(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file) || !existsSync(file)) return known;
  known.add(file);
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const to = resolve(dirname(file), specifier.replace(/\.js$/, '.ts'));
    if (to.startsWith(join(ROOT, 'test/'))) reached(to, known);
  }
  return known;
}

const filesOf = (pattern: string) => {
  const folder = join(ROOT, pattern.replace(/\/\*\*$/, ''));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
};

describe('what is left out on PostgreSQL', () => {
  test('uses no database', () => {
    const files = WITHOUT_DATABASE.flatMap(filesOf);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => reached(file).has(DATABASE))).toEqual([]);
    expect(reached(join(ROOT, 'test/edge/lists.test.ts')).has(DATABASE)).toBe(true);
  });

  test('starts no server on it', () => {
    const texts = EMBEDDED_PROGRAMS.map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);
    const onPostgres = /\b(?:TEST_DATABASE_URL|startServer|startEdge|createPostgres|openTestDatabase)\b/;
    expect(texts.filter(([, text]) => onPostgres.test(text)).map(([name]) => name)).toEqual([]);
  });
});
