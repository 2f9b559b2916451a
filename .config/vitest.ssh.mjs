import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/cloud/**/*.ssh.ts'],
    exclude: [],
    globalSetup: [],
    // They share the accounts that they make on this machine.
    fileParallelism: false,
  },
});
