import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOpenrc } from '../../../src/connectors/openstack/openrc.js';
import { OpenrcError, loginOf } from '../../../src/connectors/openstack/openrcLogin.js';
import { expectations } from './expectations.js';

const FOLDER = join(import.meta.dirname, 'openrc');
const UNREADABLE = ['missing.sh', 'huge.sh', 'folder.sh', 'pipe.sh', 'forbidden.sh'];
const variablesOf = (text: string) => Object.fromEntries(parseOpenrc(Buffer.from(text)));

describe('files', () => {
  const files = expectations.filter(({ name }) => !UNREADABLE.includes(name));

  test('are all there', () => expect(files.length).toBe(32));

  test.each(files)('$name', ({ name, variables, error }) => {
    const parsed = parseOpenrc(readFileSync(join(FOLDER, name)));
    if (variables) {
      expect(Object.fromEntries(parsed)).toMatchObject(variables);
      expect(() => loginOf(parsed)).not.toThrow();
    } else expect(() => loginOf(parsed)).toThrow(new RegExp(`\\b${error}\\b`));
  });
});

describe('what a shell makes of', () => {
  test.each<[string, Record<string, string | undefined>]>([
    [`A=1 B='2 3'; C="4"5'6'`, { A: '1', B: '2 3', C: '456' }],
    ['export "A=b c" B', { A: 'b c' }],
    ['declare -x A=1\nreadonly B=2\ntypeset C=3', { A: '1', B: '2', C: '3' }],
    ['if true; then export A=1; else export B=2; fi', { A: '1', B: '2' }],
    ['A=1 openstack server list\nB=2 C=3', { B: '2', C: '3' }],
    ['echo A=1\necho "\nexport B=2\n"', {}],
    ["A=$'it\\'s\\ta tab'\nB=$\"plain\"", { A: "it's\ta tab", B: 'plain' }],
    ['A=1\nB=$A-${A}x$NONE\nC="$A\\$A"', { A: '1', B: undefined, C: '1$A' }],
    [
      'A=${B:-2}\nC=$((1 + 2))\nD=`date`\nE=$1\nF=$(echo ")" \')\' "(")\nG=1',
      { A: undefined, C: undefined, D: undefined, E: undefined, F: undefined, G: '1' },
    ],
    ['A=old\nread -r A B\nunset C', { A: undefined, B: undefined }],
    ['cat <<EOF >/dev/null\nexport A=1\nEOF\nexport B=2', { B: '2' }],
    ['cat <<-"END"\n\tA=1\n\tEND\nB=2', { B: '2' }],
    ['export A=1 2>/dev/null && B=2 || C=3', { A: '1', B: '2', C: '3' }],
    ['A=$HOME/ca.pem\nB=~/ca.pem', { A: '~/ca.pem', B: '~/ca.pem' }],
    ['A=x#y # not this\n #B=1', { A: 'x#y' }],
    ['1A=1\nA-B=1\n=1\nexport =1', {}],
    ['A=\nB=""', { A: '', B: '' }],
    ['A="never ends\nB=2', { A: undefined }],
    ["B=1\nA='never ends\nB=2", { B: '1', A: undefined }],
  ])('%j', (text, expected) => {
    expect(variablesOf(text)).toEqual({ HOME: '~', ...expected });
  });

  const name = fc.stringMatching(/^OS_[A-Z]{1,8}$/);
  const value = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .map((text) => text.replaceAll(/[\0\uFFFD\r]/g, ''));
  const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const double = (text: string) => `"${text.replaceAll(/[$`"\\]/g, '\\$&')}"`;
  /** Backslashes before a line's end would continue it. */
  const escaped = (text: string) => text.replaceAll(/[^\w\n]/gu, '\\$&').replaceAll('\n', "$'\\n'");
  const style = fc.constantFrom(single, double, escaped);
  const form = fc.constantFrom(
    'export NAME=VALUE',
    'NAME=VALUE',
    '  export   NAME=VALUE # x',
    'NAME=VALUE;',
    'export X=1 NAME=VALUE Y=2',
  );

  test('any value, quoted in any way, is found as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value, style, form), { maxLength: 8 }), (rows) => {
        const lines = rows.map(([name, value, quote, form]) =>
          form.replace('NAME', () => name).replace('VALUE', () => quote(value)),
        );
        const wanted = Object.fromEntries(rows.map(([name, value]) => [name, value]));
        expect(variablesOf(lines.join('\n'))).toMatchObject(wanted);
      }),
    );
  });

  test('any bytes at all is nothing worse than missing variables', () => {
    const pieces = fc.constantFrom(
      '"',
      "'",
      '\\',
      '$',
      '$(',
      '${',
      '`',
      '<<',
      '\n',
      ';',
      '=',
      '#',
      ')',
      '}',
      'export ',
      'OS_AUTH_URL',
      ' ',
      'read ',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array)),
      fc
        .array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 80 })
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        const parsed = parseOpenrc(file);
        for (const value of parsed.values()) expect(value ?? '').not.toMatch(/[\0\uFFFD]/);
        try {
          loginOf(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(OpenrcError);
        }
      }),
    );
  });
});

test.each([
  '"',
  "'",
  '$(',
  '${',
  '`',
  '$',
  '\\',
  '=',
  '(',
  '<<a ',
  '<<a\n',
  'A=',
  '#',
  "$'",
  '"$(',
  'A=$A$A\n',
  'A=$A$A;',
  'A=1 ',
])('64 KiB of %j come to an end, and to little', (piece) => {
  const file = Buffer.from(`A=xy\n${piece.repeat(65_536 / piece.length)}`);
  const sizes = [...parseOpenrc(file).values()].map((value) => value?.length ?? 0);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
});
