import { test } from 'vitest';
import { useRefusals } from './support/refusals.js';
import { type File, HOSTS, file, workbook } from './support/workbooks.js';

const expectRefusal = useRefusals();

const WORKBOOK = workbook({ hosts: HOSTS });
const TEMPLATE = file('hosts.yaml', 'a: 1\n');

test.each<[string, File[], string | RegExp]>([
  ['none', [], /^yaml: /],
  [
    'another name',
    [file('other.yaml', 'a: 1')],
    /^yaml: "other\.yaml" is none of hosts\.yaml, networks\.yaml/,
  ],
  [
    'a path',
    [file('../hosts.yaml', 'a: 1'), TEMPLATE],
    /^yaml: (hosts\.yaml is there more than once|"\.\.\/hosts\.yaml" is none)/,
  ],
  ['a name twice', [TEMPLATE, TEMPLATE], 'yaml: hosts.yaml is there more than once'],
  ['five files', Array.from({ length: 5 }, () => TEMPLATE), /more than 5 files|at most 4|<=4|more than once/],
  [
    'a text that is no UTF-8',
    [file('hosts.yaml', Buffer.from([0x61, 0xff]))],
    'yaml: hosts.yaml: it is not UTF-8',
  ],
])('templates: %s', async (_what, templates, message) => {
  await expectRefusal({ workbook: file('w.xlsx', WORKBOOK), templates }, message);
});

const NESTED =
  '{% set ns = namespace(l=[1]) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}\n';
const LONG =
  '{% set ns = namespace(t="ab ") %}{% for i in range(20) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}\n';

test.each<[string, string, string | RegExp]>([
  ['an expression that is not closed', 'a: 1\nb: {{ hosts\n', 'yaml: hosts.yaml, line 2: {{ has no }}'],
  [
    'a loop that is not closed',
    'a: 1\n{% for h in hosts %}\n',
    'yaml: hosts.yaml, line 2: {% for %} has no {% endfor %}',
  ],
  [
    'another end',
    '{% if site %}\n{% for h in hosts %}\n{% endif %}\n',
    'yaml: hosts.yaml, line 3: {% endif %} closes {% for %} of line 2',
  ],
  ['an end of nothing', 'a: 1\n{% endfor %}\n', 'yaml: hosts.yaml, line 2: {% endfor %} closes nothing'],
  ['an empty expression', 'a: {{ }}\n', /^yaml: hosts\.yaml, line 1: the template is not well formed: /],
  [
    'half an expression',
    '\n\na: {{ site + }}\n',
    /^yaml: hosts\.yaml, line 3: the template is not well formed: /,
  ],
  ['an unknown tag', 'a: 1\n{% autoescape %}\n', /^yaml: hosts\.yaml, line 2: .*autoescape/],
  ['an unknown filter', 'a: {{ site | shell }}\n', /^yaml: hosts\.yaml, line 1: .*shell/],
  [
    'another file',
    "{% include '/etc/passwd' %}\n",
    /^yaml: hosts\.yaml, line 1: \{% include %\} is not known/,
  ],
  ['an undefined variable', 'a: 1\n\nb: {{ hostz }}\n', 'yaml: hosts.yaml, line 3: "hostz" is not defined'],
  [
    'an unknown column',
    'a: 1\n{% for h in hosts %}\n- {{ h.nmae }}\n{% endfor %}\n',
    'yaml: hosts.yaml, line 3: the sheet "hosts" has no column "nmae"',
  ],
  [
    'an undefined condition',
    '{% if nothing %}\na: 1\n{% endif %}\n',
    'yaml: hosts.yaml, line 1: "nothing" is not defined',
  ],
  [
    'an undefined list',
    '\n{% for h in nothing %}\n{% endfor %}\n',
    'yaml: hosts.yaml, line 2: "nothing" is not defined',
  ],
  [
    'the constructor of a text',
    "a: {{ ''.constructor }}\n",
    'yaml: hosts.yaml, line 1: "constructor" is not defined',
  ],
  [
    'the prototype of a list',
    'a: {{ hosts.__proto__ }}\n',
    'yaml: hosts.yaml, line 1: "__proto__" is not defined',
  ],
  [
    'the prototype by name',
    "a: {{ hosts['__proto__'] }}\n",
    'yaml: hosts.yaml, line 1: "__proto__" is not defined',
  ],
  ['the process', 'a: {{ process }}\n', 'yaml: hosts.yaml, line 1: "process" is not defined'],
  ['a function', 'a: {{ range }}\n', 'yaml: hosts.yaml, line 1: a function is printed; call it with ()'],
  [
    'the class of Python',
    "a: {{ ''.__class__.__mro__ }}\n",
    'yaml: hosts.yaml, line 1: "__class__" is not defined',
  ],
  [
    'a long range',
    'a: {{ range(1000000000) }}\n',
    'yaml: hosts.yaml, line 1: a range has at most 100000 numbers',
  ],
  [
    'loops within loops',
    '{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}\n',
    /^yaml: hosts\.yaml, line 1: the templates take more than 10000000 steps/,
  ],
  [
    'a macro that calls itself',
    '{% macro m() %}{{ m() }}{% endmacro %}\na: {{ m() }}\n',
    'yaml: hosts.yaml, line 1: it nests too deeply, or calls itself for ever',
  ],
  [
    'very much output',
    "{% for a in range(100000) %}{{ 'x' }}{{ 'aaaaaaaaaa' | replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') }}{% endfor %}\n",
    'yaml: hosts.yaml, line 1: the templates make more than 16777216 characters',
  ],
  [
    'a text that doubles',
    "{% set ns = namespace(s='x') %}\n{% for i in range(100) %}\n{% set ns.s = ns.s ~ ns.s %}\n{% endfor %}\n",
    /^yaml: hosts\.yaml, line 3: a text is longer than 16777216$/,
  ],
  ...[
    'ns.l',
    'ns.l ~ "x"',
    '"x" + ns.l',
    'ns.l | join',
    'ns.l | string',
    'ns.l | tojson(indent=2)',
    'ns.l == [ns.l]',
    '"a" | replace("a", ns.l)',
  ].map((expression): [string, string, RegExp] => [
    `a list that holds itself twice, again and again, in ${expression}`,
    `${NESTED}a: {{ ${expression} }}\n`,
    /^yaml: hosts\.yaml, line 2: a value printed is longer than 4194304 characters$/,
  ]),
  [
    'the largest of lists',
    `${NESTED}a: {{ ns.l | max }}\n`,
    'yaml: hosts.yaml, line 2: the filter compares numbers and texts',
  ],
  [
    'a list that is called',
    `${NESTED}{% call namespace(l=ns.l) %}{% endcall %}\n`,
    /^yaml: hosts\.yaml, line 2: a value printed is longer than/,
  ],
  [
    'a wide indent of a block',
    '{% filter indent(400000000) %}\na\nb\n{% endfilter %}\n',
    'yaml: hosts.yaml, line 1: indent indents by 100 at most',
  ],
  [
    'a block that is made longer',
    `{% filter replace("a", "${'b'.repeat(5000)}") %}\n${'a'.repeat(50_000)}\n{% endfilter %}\n`,
    'yaml: hosts.yaml, line 1: replace would make too long a text',
  ],
  [
    'a text that its method makes longer',
    `${LONG}a: {{ ns.t.replace("a", "bbbbbbbb") }}\n`,
    'yaml: hosts.yaml, line 2: replace would make too long a text',
  ],
  [
    'a long text that is split',
    `${LONG}a: {{ ns.t.split(" ") }}\n`,
    'yaml: hosts.yaml, line 2: a text of more than 200000 characters is not split',
  ],
  [
    'very much output of blocks',
    `{% for i in range(100) %}{% filter replace("a", "${'b'.repeat(300)}") %}${'a'.repeat(2000)}{% endfilter %}{% endfor %}\n`,
    'yaml: hosts.yaml, line 1: the templates make more than 16777216 characters',
  ],
  [
    'a function in a text',
    'a: {{ "a" ~ range }}\n',
    'yaml: hosts.yaml, line 1: a function is printed; call it with ()',
  ],
  [
    'a function among texts',
    'a: {{ [range] | join }}\n',
    'yaml: hosts.yaml, line 1: a function is printed; call it with ()',
  ],
  [
    'a division by nothing',
    'a: {{ 1 / 0 }}\n',
    'yaml: hosts.yaml, line 1: a number is too large, or is divided by 0',
  ],
  [
    'blanks without end in a tag',
    `a: {{ site ~ "${' '.repeat(100)}" }}\n`,
    'yaml: hosts.yaml, line 1: a tag has 100 blanks in a row, or more',
  ],
  [
    'very many tags',
    `${'{{ 1 }}'.repeat(20_000)}\n{{ 1 }}\n`,
    'yaml: hosts.yaml, line 2: a template has at most 20000 tags',
  ],
  [
    'a wide indent',
    "a: {{ 'a' | indent(400000000) }}\n",
    'yaml: hosts.yaml, line 1: indent indents by 100 at most',
  ],
  [
    'parentheses within parentheses',
    `a: {{ ${'('.repeat(4000)}1${')'.repeat(4000)} }}\n`,
    /^yaml: hosts\.yaml, line 1: (the expression nests too deeply|it nests too deeply)/,
  ],
  [
    'a break outside of a loop',
    'a: 1\n{% break %}\n',
    'yaml: hosts.yaml, line 2: {% break %} or {% continue %} stands in no loop',
  ],
  ['division of a text', 'a: {{ site / 2 }}\n', /^yaml: hosts\.yaml, line 1: /],
  ['what is no YAML', 'a: 1\n  b: 2\n', /^yaml: hosts\.yaml, line 2 of the result: .*"b: 2"/],
  ['a key twice', 'a: 1\na: 2\n', /^yaml: hosts\.yaml, line 2 of the result: duplicated mapping key: "a: 2"/],
  [
    'values that are no YAML',
    'a: {{ "b: c" }}\n',
    /^yaml: hosts\.yaml, line 1 of the result: .*texts may need quotes, as \| tojson gives them$/,
  ],
  ['a tab', 'a:\n\tb: 1\n', /^yaml: hosts\.yaml, line 2 of the result: /],
])('a template with %s', async (_what, text, message) => {
  await expectRefusal({ workbook: file('w.xlsx', WORKBOOK), templates: [file('hosts.yaml', text)] }, message);
});
