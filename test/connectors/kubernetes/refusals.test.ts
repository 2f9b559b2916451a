import dns from 'node:dns';
import type { RequestListener } from 'node:http';
import { createSecureContext } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from '../../../src/connectors/kubernetes/connection.js';
import type { DomainError } from '../../../src/kernel/errors.js';
import { httpUpstream } from '../../support/upstream.js';
import { HASTY } from './lab.js';

/** To a server that answers so; both end with the test. */
async function connect(listener: RequestListener): Promise<Connection> {
  const upstream = await httpUpstream(listener);
  onTestFinished(() => upstream.close());
  const access = {
    server: `http://127.0.0.1:${upstream.port}`,
    authorization: null,
    secrets: [],
    tls: { secureContext: createSecureContext(), verify: true, serverName: undefined },
  };
  const pace = { ...HASTY, patience: 400 };
  const connection = new Connection(access, { lookup: dns.lookup, pace, viaName: 'test' });
  onTestFinished(() => connection.close());
  return connection;
}

const { signal } = new AbortController();

test.each(['stream', 'follow'] as const)('a refusal to %s that drips has an end', async (way) => {
  const connection = await connect((_request, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).write('{"message":"');
    const drip = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(drip));
  });
  const asked = connection[way]({ path: '/log', signal });
  await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test.each([
  [0.4, 1],
  [30, 30],
  [1e300, 2 ** 31],
  [-5, undefined],
])('a cluster that wants to be left alone for %d seconds is told of in whole ones', async (said, told) => {
  const connection = await connect((_request, response) => {
    const status = { kind: 'Status', message: 'busy', details: { retryAfterSeconds: said } };
    response.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  });
  const failure: unknown = await connection.stream({ path: '/log', signal }).catch((error: unknown) => error);
  expect((failure as DomainError).details.retryAfter).toBe(told);
});
