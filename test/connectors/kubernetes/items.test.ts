import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ItemSplitter } from '../../../src/connectors/kubernetes/items.js';
import { cut } from './cut.js';

const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

function split(text: string, pieces: readonly number[] = [1_000]): { items: unknown[]; list: string } {
  const splitter = new ItemSplitter(30_000);
  const items = cut(Buffer.from(text), pieces).flatMap((piece) => splitter.push(piece));
  return { items: items.map((item): unknown => JSON.parse(item)), list: splitter.list };
}

test('items come out whole, wherever the bytes are cut, whatever surrounds them', () => {
  fc.assert(
    fc.property(
      fc.array(object),
      fc.array(fc.tuple(fc.string(), fc.jsonValue())),
      fc.array(fc.tuple(fc.string(), fc.jsonValue())),
      fc.integer({ min: 0, max: 2 }),
      lengths,
      (items, before, after, space, pieces) => {
        const other = (entries: [string, unknown][]) => entries.map(([key, value]) => [`_${key}`, value]);
        const list: unknown = Object.fromEntries([...other(before), ['items', items], ...other(after)]);
        const found = split(JSON.stringify(list, null, space), pieces);
        expect(found.items).toEqual(JSON.parse(JSON.stringify(items)));
        expect(JSON.parse(found.list)).toEqual(
          JSON.parse(JSON.stringify({ ...(list as object), items: [] })),
        );
      },
    ),
  );
});

test.each([
  ['{"items":null}', '{"items":null}'],
  ['{"items":[]}', '{"items":[]}'],
  ['{"metadata":{"items":[{"a":1}]}}', '{"metadata":{"items":[{"a":1}]}}'],
  ['{"kind":"\\"items\\":[","items":[]}', '{"kind":"\\"items\\":[","items":[]}'],
  ['[{"a":1}]', '[{"a":1}]'],
  ['{"items":', '{"items":'],
])('%s holds none', (text, list) => {
  expect(split(text)).toEqual({ items: [], list });
});

test.each(['{"items":[1]}', '{"items":[{},null]}', '{"items":["{"]}'])('%s is no list of objects', (text) => {
  expect(() => split(text)).toThrow(SyntaxError);
});

test('neither an item nor what is left may be large', () => {
  expect(() => split(`{"metadata":"${'x'.repeat(20_000)}`)).toThrow(RangeError);
  expect(split(`{"items":[{"a":"${'x'.repeat(20_000)}"}]}`).items).toHaveLength(1);
  const item = `{"a":"${'x'.repeat(20_000)}"}`;
  expect(split(`{"items":[${item},${item}]}`).items).toHaveLength(2);
  expect(() => split(`{"items":[{"a":"${'x'.repeat(30_000)}`)).toThrow(RangeError);
});
