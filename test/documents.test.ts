import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const MAX_README = 250;

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const pages = readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('.github', name));
const documents = ['README.md', ...pages];

/** What is told, without the commands and answers that are shown. */
const proseOf = (name: string) => read(name).replaceAll(/^```[\s\S]*?^```$/gm, '');
const spansOf = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

/** A heading as GitHub names it in an address. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
const anchorsOf = (name: string) =>
  [...proseOf(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Links to files of ours that lead nowhere. */
function lost(name: string): string[] {
  const links = [...proseOf(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? name : relative(ROOT, resolve(ROOT, dirname(name), path));
      if (file.startsWith('..') || !existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
}

describe('README', () => {
  const text = read('README.md');
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const packages = Object.keys({ ...dependencies, ...devDependencies });

  test(`has fewer than ${MAX_README} lines`, () => {
    expect(text.split('\n').length - 1).toBeLessThan(MAX_README);
  });

  test('says of every dependency why it is there, and of nothing else', () => {
    const [, section = ''] = text.split(/^## Dependencies$/m);
    const named = spansOf(section.split(/^## /m, 1)[0] ?? '');
    const names = (span: string, name: string) =>
      span === name || (span.endsWith('/*') && name.startsWith(span.slice(0, -1)));
    expect(packages.filter((name) => !named.some((span) => names(span, name)))).toEqual([]);
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const told = rows.flatMap((row) => spansOf(row.split('|')[1] ?? ''));
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((span) => !packages.some((name) => names(span, name)))).toEqual([]);
  });

  test('leads to every document', () => {
    const entries = ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'decisions/README.md'];
    for (const entry of entries) expect(text).toContain(`](.github/${entry})`);
  });
});

test.each(documents)('%s: every link leads somewhere', (name) => {
  expect(lost(name)).toEqual([]);
});

test.each(documents)('%s: files that it names are there', (name) => {
  const paths = spansOf(proseOf(name)).filter((span) =>
    /^\.?(src|test|schema|config|ci)\/[\w./-]+$/.test(span),
  );
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('npm scripts that a document names are there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap((name) =>
    [...read(name).matchAll(/npm run ([\w:]*\w)(?![\w:*])/g)].map(([, script = '']) => script),
  );
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

describe('decisions', () => {
  const folder = join(ROOT, '.github/decisions');
  const index = read('.github/decisions/README.md');
  const files = readdirSync(folder).filter((name) => name !== 'README.md');

  test('are files that are named by a date and listed by it', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const [, date = '', slug] = /^(\d{4}-\d\d-\d\d)-([a-z0-9-]+)\.md$/.exec(name) ?? [];
      expect(slug, name).toBeDefined();
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
      expect(statSync(join(folder, name)).isFile()).toBe(true);
    }
    const listed = [...index.matchAll(/^\| (\S+) \| \[.+\]\((\S+)\) \|$/gm)];
    expect(listed.map(([, , link = '']) => link).toSorted()).toEqual(files.toSorted());
    for (const [, date, link = ''] of listed) expect(link.startsWith(`${date}-`)).toBe(true);
  });

  test.each(files)('%s says when it was decided, why, and what', (name) => {
    const text = read(`.github/decisions/${name}`);
    const [, title = ''] = /^# (.+)$/m.exec(text) ?? [];
    expect(index).toContain(`[${title}](${name})`);
    expect(text).toContain(`\nDecided on ${name.slice(0, 10)}.`);
    expect(text).toMatch(/^## Why$[\s\S]+^## Decision$/m);
  });
});
