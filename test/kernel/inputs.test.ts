import { expect, test } from 'vitest';
import { z } from 'zod';
import { inputOf } from '../../src/kernel/inputs.js';

test.each([
  ['an enum', z.enum(['a', 'b'])],
  ['a date', z.date()],
  ['one of two types', z.union([z.string(), z.boolean()])],
  ['an object', z.object({ inner: z.string() })],
  ['a list of enums', z.array(z.enum(['a', 'b']))],
])('%s needs a type of the graph', (_what, schema) => {
  expect(() => inputOf('TestInput', 'A test', z.object({ field: schema }))).toThrow(/the graph needs a type/);
});
