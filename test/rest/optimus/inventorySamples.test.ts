import { expect, test } from 'vitest';
import { insertDataCenter, takeIn } from '../../datacenters/inventory/support/world.js';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';
import { type SampleCloud, itemsOf } from './support/sampleCloud.js';

interface CloudSample extends Sample {
  cloud: SampleCloud;
}

const contract = new Contract(readDocument('optimus'));
const samples = readSamples<CloudSample>(`${import.meta.dirname}/inventorySamples`);
const server = useServer(() => startServer());

test('there is one for each endpoint', () => expect(samples.length).toBeGreaterThanOrEqual(8));

test.each(samples)('%s', async (_name, { cloud, request, response }) => {
  const id = await insertDataCenter(server);
  await takeIn(server, id, itemsOf(cloud));
  const filled = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('$cid', id)) as T;
  const sent = filled(request);
  const answer = await send(server.url + sent.path, {
    headers: { authorization: await server.adminToken() },
  });
  await expectSample(answer, filled(response), contract, sent);
});
