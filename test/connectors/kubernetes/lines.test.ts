import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../src/connectors/kubernetes/lines.js';
import { eventOf, nameOf } from '../../../src/connectors/kubernetes/oversized.js';
import { Oversized } from '../../../src/net/oversized.js';
import { cut } from './cut.js';

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\n', ''));

test('lines come out whole, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(text),
      text,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (lines, rest, lengths) => {
        const splitter = new LineSplitter({ mostBytes: 1_000_000, mostRead: 1_000_000 });
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + rest);
        const found = cut(bytes, lengths).flatMap((piece) => [...splitter.push(piece)]);
        expect(found).toEqual(lines.map((line) => Buffer.from(line).toString()));
        expect([...splitter.push(Buffer.from('\n'))]).toEqual([Buffer.from(rest).toString()]);
      },
    ),
  );
});

const EVENT = '{"type":"MODIFIED","object":{"kind":"Node","metadata":{"name":"large","x":"';

test.each([1, 10, 1_000])('of a line that is too large the beginning is kept, in pieces of %d', (length) => {
  const splitter = new LineSplitter({ mostBytes: 2_000, mostRead: 10_000 });
  const bytes = Buffer.from(`first\n${EVENT}${'x'.repeat(5_000)}"}}}\nlast\n`);
  const lines = cut(bytes, [length]).flatMap((piece) => [...splitter.push(piece)]);
  expect(lines).toEqual(['first', expect.any(Oversized), 'last']);
  const event = eventOf(lines[1] as Oversized);
  expect(event?.type).toBe('MODIFIED');
  expect(event && nameOf(event.object)).toBe('large');
});

test('a line that has no end in sight is none', () => {
  const splitter = new LineSplitter({ mostBytes: 10, mostRead: 20 });
  expect([...splitter.push(Buffer.from('0123456789\n0123456789'))]).toEqual(['0123456789']);
  expect([...splitter.push(Buffer.from('0123456789'))]).toEqual([]);
  expect(() => [...splitter.push(Buffer.from('0'))]).toThrow(RangeError);
});
