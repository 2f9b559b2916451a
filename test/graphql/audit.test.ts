import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, startServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The audit's own requests do not carry the header that keeps other sites' pages from sending them. */
const preflighted = async (url: string, init?: RequestInit): Promise<Response> => {
  const headers = new Headers(init?.headers);
  headers.set('apollo-require-preflight', 'true');
  return fetch(url, { ...init, headers });
};

const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: preflighted });

describe('GraphQL over HTTP', () => {
  test('is audited whole', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits)('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? [] : [result.status, result.reason]).toEqual([]);
  });
});
