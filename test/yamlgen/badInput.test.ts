import type { CellObject } from '@e965/xlsx';
import { zipSync } from 'fflate';
import { test } from 'vitest';
import { useRefusals } from './support/refusals.js';
import { HOSTS, file, withCell, withPart, workbook } from './support/workbooks.js';

const expectRefusal = useRefusals();

const WORKBOOK = workbook({ hosts: HOSTS });
const TEMPLATE = file('hosts.yaml', 'a: 1\n');

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
/** With this in place of a cell. */
const withXml = (cell: string) =>
  withPart(WORKBOOK, SHEET, (text) => text.replace(/<c r="C2"[^]*?<\/c>/, cell));
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
    'was damaged on its way',
    (() => {
      const content = Buffer.from(withPart(WORKBOOK, SHEET, (text) => text));
      const entry = content.lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
      content.writeUInt32LE((content.readUInt32LE(entry + 16) ^ 1) >>> 0, entry + 16);
      return content;
    })(),
    /^excel: w\.xlsx.*: the workbook is damaged: ".*" is not what it was$/,
  ],
  [
    'has a sheet that is none',
    withPart(WORKBOOK, SHEET, () => 'PK'),
    'excel: w.xlsx, sheet "hosts": it cannot be read',
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
    withXml('<c r="C2"><f>1+1</f></c>'),
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
    'has a million rows under another name of XML',
    withPart(WORKBOOK, SHEET, () => rowsXml(1_000_000).replaceAll(/<(\/?)(?=\w)/g, '<$1x:')),
    'excel: w.xlsx, sheet "hosts": it has more than 50000 rows below the header',
  ],
  [
    'has a million cells in a row',
    withPart(
      WORKBOOK,
      SHEET,
      () => `<worksheet><sheetData><row>${'<c/>'.repeat(1_000_001)}</row></sheetData></worksheet>`,
    ),
    'excel: w.xlsx, sheet "hosts": the workbook has more than 1000000 cells',
  ],
  ...['abc', '1e300', '9999999'].map((day): [string, Uint8Array, string] => [
    `has the day ${day}`,
    withCell(HOSTS, 'C2', { t: 'n', v: 123_456_789, z: 'yyyy-mm-dd' }, (text) =>
      text.replace('123456789', day),
    ),
    'excel: w.xlsx, sheet "hosts", row 2, column C: the cell\'s value is no date',
  ]),
  [
    'has a row below the last',
    withXml('<c r="C4294967295"><v>1</v></c>'),
    'excel: w.xlsx, sheet "hosts": it has a row below the last, 1048576',
  ],
  [
    'has a day in words',
    withXml('<c r="C2" t="d"><v>tomorrow</v></c>'),
    'excel: w.xlsx, sheet "hosts", row 2, column C: the cell\'s value is no date',
  ],
  ...['abc', '1e999'].map((number): [string, Uint8Array, string] => [
    `has the number ${number}`,
    withXml(`<c r="C2"><v>${number}</v></c>`),
    'excel: w.xlsx, sheet "hosts", row 2, column C: the cell\'s value is no number',
  ]),
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
