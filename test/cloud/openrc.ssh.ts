import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { parseOpenrc } from '../../src/connectors/openstack/openrc.js';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-openrc-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['OS_A', 'OS_B', 'OS_C', 'OS_D'];
const PRINT = `for name in ${NAMES.join(' ')}; do printf '%s=%s\\0' "$name" "\${!name}"; done`;

/** What bash makes of a file; of those alone the script is made here. */
function sourced(text: string): Map<string, string> {
  const file = join(folder, 'openrc');
  writeFileSync(file, text);
  const printed = execFileSync('bash', ['--norc', '-c', `. "$0" >/dev/null 2>&1; ${PRINT}`, file], {
    env: { HOME: '/home', PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  });
  const pairs = printed.toString().split('\0').filter(Boolean);
  return new Map(pairs.map((pair): [string, string] => [pair.slice(0, 4), pair.slice(5)]));
}

const name = fc.constantFrom(...NAMES);
const words = fc.string({ unit: fc.constantFrom('a', '1', '#', '=', '-', '.', '/', '密', ':', '@', '%') });
const part = fc.oneof(
  words,
  words.map((text) => `'${text} $OS_A "\\ ;'`),
  words.map((text) => `"${text} ' ; #"`),
  fc.constantFrom(
    '\\ ',
    '\\$',
    '\\"',
    "\\'",
    '\\\\',
    '"\\$x \\" \\\\ \\a"',
    "$'\\t\\'x'",
    '\\\n',
    '"a\\\nb"',
    '$/',
    '"$"',
  ),
  name.map((name) => `$${name}`),
  name.map((name) => `\${${name}}`),
  name.map((name) => `"<\${${name}}>"`),
);
const value = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
const assignment = fc.tuple(name, value).map(([name, value]) => `${name}=x${value}`);
const command = fc.oneof(
  assignment,
  assignment.map((text) => `export ${text}`),
  fc.tuple(assignment, name).map(([text, name]) => `export ${text} ${name}`),
  assignment.map((text) => `declare -x ${text} # OS_A=no`),
  assignment.map((text) => `${text} true`),
  assignment.map((text) => `echo ${text}`),
  fc.constantFrom(
    '# OS_A=no',
    ':',
    'echo "\nOS_A=no\n"',
    'cat <<EOF\nOS_A=no\nEOF',
    'true && OS_B=yes',
    'if true; then OS_C=yes; fi',
    '{ OS_D=yes; }',
  ),
);
const script = fc
  .array(fc.tuple(command, fc.constantFrom('\n', ' ;\n', '; ', ' \n\n')), { maxLength: 12 })
  .map((commands) => commands.map(([text, end]) => text + (/[#\n]/.test(text) ? '\n' : end)).join(''));

test('what is known of a file is what bash makes of it', () => {
  fc.assert(
    fc.property(script, (text) => {
      const expected = sourced(text);
      const known = [...parseOpenrc(Buffer.from(text))].filter(
        ([name, value]) => name !== 'HOME' && value !== undefined,
      );
      for (const [name, value] of known) expect([name, value]).toEqual([name, expected.get(name)]);
    }),
    { numRuns: 500 },
  );
});
