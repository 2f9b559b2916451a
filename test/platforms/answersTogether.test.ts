import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { SECRET_KEY, insertCaller } from '../identity/support/world.js';
import { query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { registerPlatform } from './support.js';

const operation = (operationId: string) => ({ get: { operationId, security: [], responses: {} } });
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: { '/large': operation('large'), '/slow': operation('slow') },
};

/** Nine tenths of what one request may be answered. */
const LARGE = JSON.stringify(Array.from({ length: 940_000 }, () => 1));

const waiting: ServerResponse[] = [];
let sent = 0;
const server = useServer(async () => startServer({ SECRET_KEY }));
const upstream = useServer(async () => {
  const started = await httpUpstream((request, response) => {
    if (request.url === '/slow') waiting.push(response);
    else response.setHeader('Content-Type', 'application/json').end(LARGE, () => (sent += 1));
  });
  return Object.assign(started, { stop: started.close });
});

const BOTH = `query ($id: ID!) { platform(id: $id) {
  slow: call(operation: "slow") { status } large: call(operation: "large") { status } } }`;
const LARGE_ALONE = `query ($id: ID!) { platform(id: $id) { large: call(operation: "large") { status } } }`;

const codesOf = ({ errors }: { errors: readonly { extensions?: Record<string, unknown> }[] }) =>
  errors.map(({ extensions }) => extensions?.['code']);

test('requests that wait for a platform hold no more together than there is room for, and leave some to others', async () => {
  const token = await server.adminToken();
  const other = await insertCaller(server, { isSystemAdministrator: true });
  const openapi = JSON.stringify(DOCUMENT);
  const generic = { name: 'Things', kind: 'GENERIC', region: null, projectId: null, openapi };
  const id = await registerPlatform(server, upstream.port, generic, token);
  const ask = async (document: string, as = token) =>
    query(server.url, document, { variables: { id }, token: as });

  const held = [ask(BOTH), ask(BOTH)];
  await expect.poll(() => [waiting.length, sent]).toEqual([2, 2]);
  expect(codesOf(await ask(LARGE_ALONE))).toEqual(['RATE_LIMITED']);
  expect(codesOf(await ask(LARGE_ALONE, other.token))).toEqual([]);

  for (const response of waiting) response.end('{}');
  expect((await Promise.all(held)).map(codesOf)).toEqual([[], []]);
  expect(codesOf(await ask(LARGE_ALONE))).toEqual([]);
});
