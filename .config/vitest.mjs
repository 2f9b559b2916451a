import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { WITHOUT_DATABASE, leftOut } from './alikeOnPostgres.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // type-graphql and MikroORM read the types that decorators emit.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  // Vite would take graphql's ES modules, a second copy beside the one that every package loads.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/databaseImage.ts'],
    // Threads inherit it.
    execArgv: ['--import', new URL('../test/support/sources.mjs', import.meta.url).href],
    // Which decorated classes need before they are loaded.
    setupFiles: ['reflect-metadata'],
    exclude: [
      '**/node_modules/**',
      'test/browser/**',
      'test/bench/**',
      'test/frontends/**',
      'test/openapi/**',
      'test/faults/**',
      'test/process/**',
      'test/scale/**',
      ...leftOut(WITHOUT_DATABASE),
    ],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Each look costs more than what it waits for.
    expect: { poll: { timeout: 30_000, interval: 60 } },
    // Most of a small file's time would be that of loading the server anew.
    isolate: false,
    // One more than there are cores, since tests also wait; not many, since each holds an embedded database of 250 MB.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
  },
});
