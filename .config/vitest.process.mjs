import { defineConfig } from 'vitest/config';
import { EMBEDDED_PROGRAMS, leftOut } from './alikeOnPostgres.ts';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/process/**/*.test.ts'],
    exclude: leftOut(EMBEDDED_PROGRAMS),
    // Each starts programs of its own.
    maxWorkers: 2,
    // Programs that start on databases of their own, which takes seconds on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 90_000,
  },
});
