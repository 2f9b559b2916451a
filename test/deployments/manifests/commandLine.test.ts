import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandOf, literal, wordsOf } from '../../../src/domains/deployments/manifests/commandLine.js';

/** What a shell makes of the words; undefined when it refuses them. */
function shellWords(line: string): string[] | undefined {
  try {
    const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' x ${line}`], { stdio: 'pipe' }).toString();
    return said.split('\0').slice(1, -1);
  } catch {
    return undefined;
  }
}

test.each([
  ['', []],
  ['nginx', ['nginx']],
  [`nginx  -g 'daemon off;'\t-x`, ['nginx', '-g', 'daemon off;', '-x']],
  [`a "b c" d\\ e ''`, ['a', 'b c', 'd e', '']],
  [`"a\\"b\\c" 'it'"'"'s'`, ['a"b\\c', "it's"]],
] as [string, string[]][])('the words of %s', (line, words) => {
  expect(wordsOf(line)).toEqual(words);
  expect(shellWords(line)).toEqual(words);
});

test.each([
  'a | b',
  'a && b',
  'echo $HOME',
  'echo "$HOME"',
  'A=1 b',
  'cd /x',
  'exec a',
  'a *',
  'a\nb',
  "a 'b",
])('what asks for a shell gets one: %s', (line) => expect(commandOf(line)).toEqual(['/bin/sh', '-c', line]));

test('words are those that a shell finds', () => {
  const unit = fc.constantFrom('a', 'B', ' ', '\t', "'", '"', '\\', '$', 'é', '-', '=', ';', '#', '/');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (line) => {
      const words = wordsOf(line);
      if (words !== null) expect(shellWords(line)).toEqual(words);
    }),
    { numRuns: 300 },
  );
});

/** https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go without variables. */
const expanded = (text: string) => text.replaceAll(/\$(?:(\$)|\(([^)]*)\))/g, '$1');

test('Kubernetes leaves a text as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', ' '), maxLength: 12 }), (text) => {
      expect(expanded(literal(text))).toBe(text);
    }),
  );
});
