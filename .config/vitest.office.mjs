import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/office/**/*.office.ts'],
    exclude: [],
    testTimeout: 180_000,
  },
});
