import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../src/connectors/kubernetes/lines.js';
import { cut } from './cut.js';

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\n', ''));

test('lines come out whole, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(text),
      text,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (lines, rest, lengths) => {
        const splitter = new LineSplitter(1_000_000);
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + rest);
        const found = cut(bytes, lengths).flatMap((piece) => [...splitter.push(piece)]);
        expect(found).toEqual(lines.map((line) => Buffer.from(line).toString()));
        expect([...splitter.push(Buffer.from('\n'))]).toEqual([Buffer.from(rest).toString()]);
      },
    ),
  );
});

test('a line is never longer than is allowed, in one piece or in many', () => {
  const splitter = new LineSplitter(10);
  expect([...splitter.push(Buffer.from('0123456789\n012345678'))]).toEqual(['0123456789']);
  expect([...splitter.push(Buffer.from('9\n'))]).toEqual(['0123456789']);
  expect(() => [...splitter.push(Buffer.from('0123456789a\n'))]).toThrow(RangeError);
  const another = new LineSplitter(10);
  expect([...another.push(Buffer.from('01234'))]).toEqual([]);
  expect(() => [...another.push(Buffer.from('56789a'))]).toThrow(RangeError);
});
