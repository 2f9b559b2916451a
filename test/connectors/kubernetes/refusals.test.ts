import dns from 'node:dns';
import { createSecureContext } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from '../../../src/connectors/kubernetes/connection.js';
import { httpUpstream } from '../../support/upstream.js';
import { HASTY } from './lab.js';

test.each(['stream', 'follow'] as const)('a refusal to %s that drips has an end', async (way) => {
  const upstream = await httpUpstream((_request, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).write('{"message":"');
    const drip = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(drip));
  });
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
  const { signal } = new AbortController();
  const asked = connection[way]({ path: '/log', signal });
  await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});
