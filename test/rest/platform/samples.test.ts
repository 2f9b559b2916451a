import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

interface RegistrySample extends Sample {
  given: object[];
}

interface ForwardingSample extends Pick<Sample, 'source' | 'request'> {
  platform: Sample['response'];
}

const contract = new Contract(readDocument('platform'));
const samples = readSamples<RegistrySample | ForwardingSample>(`${import.meta.dirname}/samples`);
const registry = samples.filter((entry): entry is [string, RegistrySample] => 'given' in entry[1]);
const forwarding = samples.filter((entry): entry is [string, ForwardingSample] => 'platform' in entry[1]);

const server = useServer(() => startServer());

async function register(platform: object): Promise<string> {
  const response = await send(`${server.url}/sys/transmit/v1/routes`, { method: 'POST', body: platform });
  return ((await response.json()) as { data: { id: string } }).data.id;
}

describe.each(['/sys/transmit', '/api/sys/transmit'])('%s', (prefix) => {
  beforeEach(() => server.database.query('delete from platforms'));

  test.each(registry)('%s', async (_name, { given, request, response }) => {
    let id = '';
    for (const platform of given) id = await register(platform);
    const url = server.url + prefix + request.path.replace('{id}', id);
    await expectSample(await send(url, request), response, contract, request);
  });

  test.each(forwarding)('%s', async (_name, { request, platform }) => {
    const body = JSON.stringify(platform.body, null, 4);
    const received: { method?: string | undefined; url?: string | undefined; body: string }[] = [];
    const upstream = createServer(async (incoming, answer) => {
      const chunks = await incoming.toArray();
      received.push({
        method: incoming.method,
        url: incoming.url,
        body: Buffer.concat(chunks as Buffer[]).toString(),
      });
      answer
        .writeHead(platform.status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        })
        .end(body);
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = upstream.address() as AddressInfo;
      const id = await register({
        name: 'platform',
        protocol: 'http',
        host: '127.0.0.1',
        port: String(port),
      });
      const response = await send(server.url + prefix + request.path, {
        ...request,
        headers: { 'plat-route-id': id },
      });
      expect(response.status).toBe(platform.status);
      expect(await response.text()).toBe(request.method === 'HEAD' ? '' : body);
      expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
      const sent = request.body === undefined ? '' : JSON.stringify(request.body);
      expect(received).toEqual([{ method: request.method, url: request.path, body: sent }]);
    } finally {
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});
