import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Generation, generate } from '../../src/domains/yamlgen/generate/generation.js';
import { HOSTS, withCell, withPart, workbook } from './support/workbooks.js';

const VARIABLES = { site: 'GZ', cee_version: 'drop28', project_name: 'p' };

/** What comes of one template, in this process. */
async function made(
  text: string,
  content: Uint8Array = workbook({ hosts: HOSTS }),
  time = 60_000,
): Promise<Generation> {
  return generate({
    workbook: { name: 'w.xlsx', path: 'excel', content },
    templates: [{ name: 'hosts.yaml', path: 'yaml', content: Buffer.from(text) }],
    variables: VARIABLES,
    time,
    at: new Int32Array(new SharedArrayBuffer(4)),
  });
}
const textOf = async (text: string, content?: Uint8Array) => (await made(text, content)).files[0]?.text;

describe('what stands around tags', () => {
  test.each<[string, string, string]>([
    [
      'tags of their own line leave none',
      'a:\n  {% if true %}\n  b: 1\n  {% endif %}\nc: 2\n',
      'a:\n  b: 1\nc: 2\n',
    ],
    ['line ends of Windows', 'a:\r\n{% if true %}\r\n  b: 1\r\n{% endif %}\r\n', 'a:\r\n  b: 1\r\n'],
    ['signs take all of it', 'a: [\n{%- for i in range(3) %} {{ i }},\n{%- endfor %} ]', 'a: [ 0, 1, 2, ]'],
    ['a plus keeps it', 'a:  {%+ if true %}1{% endif %}', 'a:  1'],
    ['an expression leaves its line end', 'a: {{ 1 }}\nb: 2\n', 'a: 1\nb: 2\n'],
    ['comments of templates go, of YAML stay', '# one\n{# two\n#}\na: 1 # three\n', '# one\na: 1 # three\n'],
    ['what is raw', 'a: "{% raw %}{{ x }} {% y %}{% endraw %}"\n', 'a: "{{ x }} {% y %}"\n'],
    ['braces in texts and objects', 'a: {{ {"b": "}}"}["b"] | tojson }}\n', 'a: "}}"\n'],
    ['a byte order mark', '\ufeffa: 1\n', 'a: 1\n'],
    ['no line end', 'a: 1', 'a: 1'],
    ['nothing', '', ''],
    ['the order of keys', 'z: 1\na: {{ 2 }}\nm: 3\n', 'z: 1\na: 2\nm: 3\n'],
  ])('%s', async (_what, template, expected) => {
    expect(await textOf(template)).toBe(expected);
  });
});

describe('what templates say', () => {
  test.each<[string, string]>([
    ['{{ site }} {{ cee_version }} {{ project_name }}', 'GZ drop28 p'],
    ['{{ hosts[0].name }} {{ hosts[-1]["ip"] }} {{ sheets["hosts"] | length }}', 'h1 10.0.0.2 2'],
    ['{% for h in hosts if h.vlan is defined %}{{ h.name }}{% else %}none{% endfor %}', 'h1'],
    ['{% for h in hosts %}{{ loop.index }}{{ loop.last }} {% endfor %}', '1false 2true '],
    ['{{ hosts | map(attribute="name") | join("-") }}', 'h1-h2'],
    ['{{ hosts | selectattr("name", "equalto", "h2") | list | length }}', '1'],
    ['{{ (hosts | sort(attribute="name", reverse=true))[0].name }}', 'h2'],
    ['{% for n, g in hosts | groupby("name") %}{{ n }}={{ g | length }} {% endfor %}', 'h1=1 h2=1 '],
    ['{% macro f(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }} {{ f(3, b=4) }}', '12 34'],
    ['{% set ns = namespace(n=0) %}{% for h in hosts %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}', '2'],
    ['{{ "x" if hosts else "y" }} {{ "a" ~ 1 }} {{ 7 // 2 }} {{ 2 ** 3 }} {{ 7 % 4 }}', 'x a1 3 8 3'],
    ['{{ nothing | default("d") }} {{ hosts[0].other | d(5) }} {{ "" | default("e", true) }}', 'd 5 e'],
    ['{{ nothing is defined }} {{ site is defined }} {{ hosts[1].vlan is none }}', 'false true true'],
    ['{{ hosts[1].vlan | default(7) }}', '7'],
    ['{{ true | lower }} {{ 12 | replace("1", "3") }} {{ 1.25 | round(1) }}', 'true 32 1.3'],
    ['{{ [1, 2, 3] | sum }} {{ [3, 1] | min }} {{ [3, 1] | max }} {{ [3, 1] | sort }}', '6 1 3 [1, 3]'],
    ['{{ {"a": [1, none], "b": "c"} }}', '{"a": [1, null], "b": "c"}'],
    ['{{ range(2, 8, 3) }} {{ range(3, 0, -1) | join(",") }}', '[2, 5] 3,2,1'],
    ['{{ "a b c".split(" ")[1] }} {{ "abc".upper() }} {{ "abc"[1:] }}', 'b ABC bc'],
    [
      '{% for i in range(5) %}{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}',
      '02',
    ],
    ['{% filter upper %}abc{% endfilter %}', 'ABC'],
    ['{{ 1 == "1" }} {{ 0 == "" }} {{ true == 1 }} {{ hosts[1].vlan == none }}', 'false false true true'],
    [
      '{{ [1, "a"] == [1, "a"] }} {{ [1] != [2] }} {{ {"a": 1} == {"a": 1} }} {{ [] == {} }}',
      'true true true false',
    ],
    ['{{ {"a": 1} ~ [2] }} {{ [1, [2], none, true] | join(",") }}', '{"a": 1}[2] 1,[2],,true'],
    ['{{ "a,b".split(",") }} {{ "a.b".replace(".", "-") }} {{ [1] | string }}', '["a", "b"] a-b [1]'],
    ['{% filter replace("a", "b") %}a{{ 1 }}{% endfilter %}', 'b1'],
    ['{% filter length %}abc{% endfilter %}', '3'],
    ['{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{% endcall %}', '<x>'],
    ['{{ none }}{{ [] | first is defined }}', 'false'],
  ])('%s', async (template, expected) => {
    // As a text of YAML, whatever it is.
    expect(await textOf(`{% set all %}${template}{% endset %}a: {{ all | tojson }}`)).toBe(
      `a: ${JSON.stringify(expected)}`,
    );
  });
});

test('cells are what Excel has: numbers, truth values, days, instants, texts that look like numbers', async () => {
  const content = workbook({
    hosts: [
      ['n', 'f', 'b', 'day', 'instant', 't', 'zero'],
      [64, 0.1, true, new Date(Date.UTC(2026, 0, 31)), new Date(Date.UTC(2026, 0, 31, 12, 30, 5)), '007', 0],
    ],
  });
  const names = ['n', 'f', 'b', 'day', 'instant', 't', 'zero'];
  const template = names.map((name) => `${name}: {{ hosts[0].${name} | tojson }}\n`).join('');
  expect(await textOf(template, content)).toBe(
    'n: 64\nf: 0.1\nb: true\nday: "2026-01-31"\ninstant: "2026-01-31T12:30:05"\nt: "007"\nzero: 0\n',
  );
});

test('the header is the first row with anything; empty rows and columns are passed over, wherever they are', async () => {
  const content = workbook({
    hosts: [[], [null, 'name', null, 'ip'], [], [null, 'h1', null, 'i1'], []],
    none: [],
  });
  const { files, missingValues } = await made(
    '{% for h in hosts %}{{ h.name }}: {{ h.ip }}\n{% endfor %}none: {{ none_ | default(0) }}\nn: {{ sheets["none"] | length }}\n',
    content,
  );
  expect(files[0]?.text).toBe('h1: i1\nnone: 0\nn: 0\n');
  expect(missingValues).toEqual([]);
});

test('a row far down costs nothing but itself', async () => {
  const part = 'xl/worksheets/sheet1.xml';
  const far = withPart(workbook({ hosts: HOSTS }), part, (text) =>
    text.replaceAll('r="3"', 'r="1048576"').replaceAll(/r="([A-C])3"/g, 'r="$11048576"'),
  );
  const { missingValues } = await made('{% for h in hosts %}{{ h.name }}: {{ h.vlan }}\n{% endfor %}', far);
  expect(missingValues).toEqual([{ sheet: 'hosts', row: 1_048_576, column: 'vlan' }]);
});

test('tells which columns nothing reads, and which cells are printed without a value', async () => {
  const { unusedColumns, missingValues, missingCount, files } = await made(
    '{% for h in hosts %}\n- vlan: {{ h.vlan }}\n  name: {{ h["name"] }}\n{% endfor %}\n',
  );
  expect(files[0]?.text).toBe('- vlan: 100\n  name: h1\n- vlan: \n  name: h2\n');
  expect(unusedColumns).toEqual([{ sheet: 'hosts', column: 'ip' }]);
  expect(missingValues).toEqual([{ sheet: 'hosts', row: 3, column: 'vlan' }]);
  expect(missingCount).toBe(1);
});

test('of very many cells that are printed without a value the first are told, and how many there are', async () => {
  const tag = '{{ hosts[1].vlan }}'.repeat(10);
  const { missingValues, missingCount } = await made(`{% for i in range(20000) %}${tag}{% endfor %}`);
  expect(missingValues).toHaveLength(1000);
  expect(missingCount).toBe(200_000);
});

test.each([
  ['sums of long lists', '{% set x = range(100000) | sum %}'],
  ['looks into long lists', '{% set x = -1 in all %}'],
  ['macros with long bodies', `{% macro m() %}${'{{ site }}'.repeat(10_000)}{% endmacro %}`],
])('what takes long in few steps is told of with its line: %s', async (_what, body) => {
  const template = `{% set all = range(100000) %}\n{% for i in all %}\n${body}\n{% endfor %}\n`;
  await expect(made(template, undefined, 1000)).rejects.toThrow(
    /^yaml: hosts\.yaml, line [23]: it takes too long; loops within loops may go by way of groupby$/,
  );
});

const FRAGMENTS = [
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  ' for h in hosts ',
  ' endfor ',
  ' if ',
  ' endif ',
  'hosts',
  '.name',
  '[0]',
  '|',
  'join',
  '(',
  ')',
  '"',
  "'",
  '\\',
  '-',
  '\n',
  'a: ',
  ' raw ',
  ' endraw ',
  ' set x = ',
  'x',
  '{',
  '}',
  ':',
  ' is defined',
  '~',
  '1e9',
  'é',
  '\u{1f600}',
];

test('whatever a template is, it ends well or says where it is wrong', async () => {
  const content = workbook({ hosts: HOSTS });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }), async (fragments) => {
      const failure = await made(fragments.join(''), content).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      if (!failure) return;
      expect(failure).toMatchObject({ name: 'DomainError', code: 'BAD_INPUT' });
      expect(failure.message).toMatch(/^yaml: hosts\.yaml, line \d+( of the result)?: ./);
    }),
    { numRuns: 400 },
  );
});

/** What stands in sheets, right or wrong. */
const XML = [
  '<row r="2">',
  '</row>',
  '<c r="A2">',
  '<c r="B2" s="1">',
  '<c t="d">',
  '<c t="e" s="-1">',
  '<c t="s">',
  '<c r="XFE9999999" t="str">',
  '<c/>',
  '</c>',
  '<v>',
  '</v>',
  '<is><t>',
  '</t></is>',
  '<f>',
  '<f t="shared" si="0"/>',
  '<mergeCell ref="A1:B2"/>',
  'name',
  '-1',
  '1e999',
  '45000.5',
  '99999999',
  '2026-01-31',
  '&lt;&#0;_x0000_',
  '<',
  '"',
];

test('whatever stands in a sheet, it is read or refused', async () => {
  const dated = withCell(HOSTS, 'C2', { t: 'n', v: 45_000, z: 'yyyy-mm-dd' });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...XML), { maxLength: 30 }), async (fragments) => {
      const content = withPart(dated, 'xl/worksheets/sheet1.xml', (text) =>
        text.replace(/<row r="2"[^]*(?=<\/sheetData>)/, () => fragments.join('')),
      );
      const failure = await made('{% for h in hosts %}\n- {{ h.vlan | tojson }}\n{% endfor %}', content).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      if (failure) expect(failure).toMatchObject({ name: 'DomainError', code: 'BAD_INPUT' });
    }),
    { numRuns: 300 },
  );
});

test('whatever is changed in a workbook, it is read or refused', async () => {
  const content = Buffer.from(workbook({ hosts: HOSTS }));
  const changes = fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(changes, async (bytes) => {
      const changed = Buffer.from(content);
      for (const [at, byte] of bytes) changed[at] = byte;
      const failure = await made('a: 1\n', changed).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      if (failure) expect(failure).toMatchObject({ name: 'DomainError', code: 'BAD_INPUT' });
    }),
    { numRuns: 200 },
  );
});
