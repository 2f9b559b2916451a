import { afterAll, beforeAll } from 'vitest';

/** One server for all tests of a file, or of a `describe`: there before the first of them, stopped after the last. */
export function useServer<T extends { stop: () => Promise<unknown> }>(start: () => Promise<T>): T {
  const server = {} as T;
  beforeAll(async () => {
    Object.assign(server, await start());
  });
  afterAll(() => server.stop());
  return server;
}
