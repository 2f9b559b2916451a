import { expect, test } from 'vitest';
import { LOCKS } from '../../src/database/advisoryLock.js';

test('no two locks have the same number', () => {
  const numbers: number[] = Object.values(LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
});
