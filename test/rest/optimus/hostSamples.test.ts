import { expect, test } from 'vitest';
import type { CloudPort, HostReadings } from '../../../src/domains/datacenters/hostDetail/hostDetail.port.js';
import { takeIn } from '../../datacenters/inventory/support/world.js';
import { newCenter, startClouds } from '../../datacenters/support/world.js';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { useServer } from '../../support/useServer.js';
import { type SampleCloud, itemsOf } from './support/sampleCloud.js';

interface HostSample extends Sample {
  cloud: SampleCloud;
  /** What the cloud tells of ports, and the host h1 of itself. */
  ports?: CloudPort[];
  readings: Partial<HostReadings>;
  complaints?: string[];
}

const contract = new Contract(readDocument('optimus'));
const samples = readSamples<HostSample>(`${import.meta.dirname}/hostSamples`);
const server = useServer(() => startClouds());

test('there is one for each endpoint', () => expect(samples.length).toBeGreaterThanOrEqual(3));

test.each(samples)(
  '%s',
  async (_name, { cloud, ports = [], readings, complaints = [], request, response }) => {
    const { id, cloud: fake } = await newCenter(server);
    fake.ports = ports;
    const host = fake.addHost('h1');
    Object.assign(host.readings, readings);
    host.complaints = complaints;
    await takeIn(server, id, itemsOf(cloud));
    const sent = { ...request, path: request.path.replace('$cid', id) };
    const answer = await send(server.url + sent.path, { headers: { authorization: server.token } });
    await expectSample(answer, response, contract, sent);
  },
);
