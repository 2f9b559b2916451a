import { defineConfig } from 'vitest/config';
import { SLOW_TESTS } from './slowTests.ts';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: { ...base.test, include: SLOW_TESTS },
});
