import type { CellObject } from '@e965/xlsx';
import { zipSync } from 'fflate';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { GENERATION_LIMITS } from '../../src/domains/yamlgen/generation.service.js';
import { type Person, newUser } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Upload, yamlGen } from './support/calls.js';
import { type File, HOSTS, file, withCell, withPart, workbook } from './support/workbooks.js';

const server = useServer(() => startServer({}, { yamlLimits: { ...GENERATION_LIMITS, time: 60_000 } }));
let user: Person;
beforeAll(async () => {
  user = await newUser(server);
});
const { generate, history } = yamlGen(server, () => user.token);

const WORKBOOK = workbook({ hosts: HOSTS });
const TEMPLATE = file('hosts.yaml', 'a: 1\n');

beforeEach(async () => {
  await server.database.query('delete from yaml_jobs');
});

async function expectRefusal(upload: Upload, message: string | RegExp, status = 400): Promise<void> {
  const { status: answered, body } = await generate(upload);
  expect(body).toMatchObject({ status: false, code: status, data: null });
  expect(answered).toBe(status);
  expect(body.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  // Nothing is kept, and nothing of it is a defect.
  expect(await history()).toEqual([]);
  expect(server.log()).not.toContain('"error":"INTERNAL"');
}

test.each<[string, string, RegExp]>([
  ['no site', 'cee_ver=28&pjt_name=p', /^site: is required/],
  ['an unknown site', 'site=XX&cee_ver=28&pjt_name=p', /^site: must be one of GZ, ZZ$/],
  ['an unknown version', 'site=GZ&cee_ver=27&pjt_name=p', /^cee_ver: must be one of drop22, drop25/],
  ['a version in another form', 'site=GZ&cee_ver=drop%20%2028&pjt_name=p', /^cee_ver: /],
  ['no name', 'site=GZ&cee_ver=28', /^pjt_name: is required/],
  ['an empty name', 'site=GZ&cee_ver=28&pjt_name=', /^pjt_name: must have 1 to 128 characters/],
  ['a NUL in the name', 'site=GZ&cee_ver=28&pjt_name=%00', /^pjt_name: must not contain the NUL/],
])('%s', async (_what, query, message) => {
  await expectRefusal({ workbook: file('w.xlsx', WORKBOOK), templates: [TEMPLATE], query }, message);
});

const SHEET = 'xl/worksheets/sheet1.xml';
const rowsXml = (count: number) =>
  `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${'<row><c><v>1</v></c></row>'.repeat(count)}</sheetData></worksheet>`;
const FAILED: CellObject = { t: 'e', v: 0x2a };
const ole = (text = '') =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.alloc(512),
    Buffer.from(text, 'utf16le'),
  ]);
const merged = workbook({ hosts: HOSTS }, (sheet) => {
  sheet['!merges'] = [{ s: { r: 1, c: 0 }, e: { r: 2, c: 0 } }];
});

test.each<[string, Uint8Array | string, string | RegExp]>([
  ['is empty', '', 'excel: w.xlsx: it is no Excel workbook (.xlsx)'],
  ['is a text', 'name,ip\nh1,10.0.0.1\n', 'excel: w.xlsx: it is no Excel workbook (.xlsx)'],
  [
    'is another zip',
    zipSync({ 'a.txt': Buffer.from('a') }),
    'excel: w.xlsx: it is no Excel workbook (.xlsx)',
  ],
  ['ends too early', WORKBOOK.subarray(0, WORKBOOK.length / 2), /^excel: w\.xlsx: the workbook is damaged: /],
  [
    'is encrypted',
    ole('EncryptedPackage'),
    'excel: w.xlsx: the workbook is encrypted; save it without a password',
  ],
  ['is of the old format', ole(), 'excel: w.xlsx: it is a workbook of Excel before 2007; save it as .xlsx'],
  [
    'is a bomb',
    zipSync({
      'xl/workbook.xml': Buffer.from('<workbook/>'),
      'xl/media/zeros.bin': new Uint8Array(50_000_000),
    }),
    /"xl\/media\/zeros\.bin" is 200 times as large unpacked as it is packed/,
  ],
  [
    'has very many parts',
    zipSync(Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`${at}`, new Uint8Array()]))),
    /more than 5000 parts/,
  ],
  [
    'lies about a size',
    (() => {
      const content = Buffer.from(WORKBOOK);
      const entry = content.lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
      content.writeUInt32LE(content.readUInt32LE(entry + 24) - 1, entry + 24);
      return content;
    })(),
    /^excel: w\.xlsx: the workbook is damaged: /,
  ],
  [
    'has headers that are the same',
    workbook({ hosts: [['name', 'ip', ' name ']] }),
    'excel: w.xlsx, sheet "hosts", row 1, column C "name": column A has the same header',
  ],
  [
    'has an empty header',
    workbook({
      hosts: [
        ['name', null, 'ip'],
        ['h1', 'x', '10.0.0.1'],
      ],
    }),
    'excel: w.xlsx, sheet "hosts", row 2, column B: the cell has a value, and its column an empty header',
  ],
  [
    'has a formula that fails',
    withCell(HOSTS, 'B3', FAILED),
    'excel: w.xlsx, sheet "hosts", row 3, column B: the cell\'s value is the error #N/A',
  ],
  [
    'has a formula without a value',
    withPart(WORKBOOK, SHEET, (text) => text.replace(/<c r="C2"[^]*?<\/c>/, '<c r="C2"><f>1+1</f></c>')),
    'excel: w.xlsx, sheet "hosts", cell C2: the formula has no value; open the workbook in Excel and save it',
  ],
  [
    'has merged cells',
    merged,
    'excel: w.xlsx, sheet "hosts", row 2, column A: the cells A2:A3 are merged; split them, with a value in each',
  ],
  [
    'has a million rows',
    withPart(WORKBOOK, SHEET, () => rowsXml(1_000_000)),
    'excel: w.xlsx, sheet "hosts": it has more than 50000 rows below the header',
  ],
  [
    'has very many columns',
    workbook({ hosts: [Array.from({ length: 300 }, (_, at) => `c${at}`)] }),
    /sheet "hosts", row 1, column KN: a sheet has at most 256 columns$/,
  ],
  [
    'has very many sheets',
    workbook(Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`s${at}`, HOSTS]))),
    'excel: w.xlsx: a workbook has at most 64 sheets',
  ],
  [
    'has a long header',
    workbook({ hosts: [['x'.repeat(256)]] }),
    /sheet "hosts", row 1, column A: a header has at most 255 characters$/,
  ],
])('a workbook that %s', async (_what, content, message) => {
  await expectRefusal({ workbook: file('w.xlsx', content), templates: [TEMPLATE] }, message);
});

test('a workbook is needed, once, and no larger than 16 MiB', async () => {
  await expectRefusal({ templates: [TEMPLATE] }, /^excel: /);
  const large = new Uint8Array(16_777_217);
  await expectRefusal(
    { workbook: file('w.xlsx', large), templates: [TEMPLATE] },
    'the body is too large',
    413,
  );
});

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
    /^yaml: hosts\.yaml, line 3: a text or a list is longer than/,
  ],
  [
    'a list that holds itself twice, again and again',
    '{% set ns = namespace(l=[1]) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}\na: {{ ns.l }}\n',
    /^yaml: hosts\.yaml, line 2: a value printed is longer than/,
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
