import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cell, MOST_ROWS, MOST_TEXT } from '../../../src/domains/datacenters/records/workbook/cells.js';
import { packPart } from '../../../src/domains/datacenters/records/workbook/sheetPart.js';
import { type RowBatch, WorkbookWriter } from '../../../src/domains/datacenters/records/workbook/workbook.js';
import { readWorkbook } from './support/workbook.js';

/** A workbook of one sheet, whose rows come in these batches. */
async function write(batches: readonly RowBatch[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const writer = new WorkbookWriter(['Sheet'], {
    pack: async (part) => packPart(part),
    write: (bytes) => parts.push(bytes),
    pause: async () => undefined,
  });
  const rows = async function* () {
    yield* batches;
  };
  await writer.write('Sheet', { widths: [10, 20], isFirstRowFixed: true }, rows());
  await writer.end();
  return Buffer.concat(parts);
}

const read = (content: Buffer) => readWorkbook(content).get('Sheet');

/** What another program may show of a text: ends of lines are one character. */
const shown = (text: string): string => text.toWellFormed().replaceAll(/\r\n?/g, '\n');

const time = fc.date({
  min: new Date('1950-01-01T00:00:00Z'),
  max: new Date('2200-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const odd = fc.constantFrom(
  '_x0041_',
  '_x000D_',
  '__x005F_',
  '=1+1',
  '\u0000',
  '\u001f',
  '\ufffe',
  '\ud800',
  ' ',
  '\r',
  '\t',
);
const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), odd), { maxLength: 6 })
  .map((parts) => parts.join(''));
const cell: fc.Arbitrary<Cell> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  time.map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
  fc.constant(null),
);

test('whatever is written is read back by another program, in whatever batches it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 4 }), { maxLength: 5 }),
      async (batches) => {
        const rows = batches.flat().map((cells) => ['row', ...cells]);
        const content = await write(
          batches.map((batch) => ({ rows: batch.map((cells) => ['row', ...cells]) })),
        );
        const expected = rows.map((cells) =>
          cells.map((value) =>
            typeof value === 'string' ? shown(value) || null : Object.is(value, -0) ? 0 : value,
          ),
        );
        const found = (read(content) ?? []).map((cells) =>
          Array.from({ length: 4 }, (_, index) => {
            const value = cells[index] ?? null;
            return value instanceof Date ? new Date(Math.round(value.getTime() / 1000) * 1000) : value;
          }),
        );
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('a text that no cell can hold is cut, and half a character is not left', async () => {
  const long = ['x'.repeat(MOST_TEXT), 'x'.repeat(MOST_TEXT + 1), `${'x'.repeat(MOST_TEXT - 2)}🦉🦉`];
  const found = (read(await write([{ rows: long.map((each) => [each]) }])) ?? []).map(([first]) =>
    String(first),
  );
  expect(found).toEqual([
    'x'.repeat(MOST_TEXT),
    `${'x'.repeat(MOST_TEXT - 1)}…`,
    `${'x'.repeat(MOST_TEXT - 2)}\ufffd…`,
  ]);
});

test('times that Excel does not know are texts', async () => {
  const times = [new Date('1800-01-01T00:00:00Z'), new Date(8_640_000_000_000_000)];
  expect(read(await write([{ rows: times.map((each) => [each]) }]))).toEqual([
    ['1800-01-01T00:00:00.000Z'],
    ['+275760-09-13T00:00:00.000Z'],
  ]);
});

test('columns beyond Z have two letters', async () => {
  const cells = Array.from({ length: 800 }, (_, index) => index);
  expect(read(await write([{ rows: [cells] }]))).toEqual([cells]);
});

test('a sheet has no more rows than Excel reads', async () => {
  const batch = { rows: Array.from({ length: 1000 }, () => []) };
  const batches = Array.from({ length: Math.ceil((MOST_ROWS + 1) / 1000) }, () => batch);
  await expect(write(batches)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: `the report is too large: a sheet has at most ${MOST_ROWS} rows`,
  });
});
