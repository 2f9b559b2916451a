import { expect, test } from 'vitest';
import type { CloudItems, CloudKind } from '../../../src/domains/datacenters/cloud.port.js';
import * as items from '../../datacenters/inventory/support/items.js';
import { type Items, insertDataCenter, takeIn } from '../../datacenters/inventory/support/world.js';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

interface CloudSample extends Sample {
  /** What the cloud has; what is not said of an item is as in `items.ts`. */
  cloud: { [K in CloudKind]?: (Partial<CloudItems[K]> & { id: string })[] };
}

const contract = new Contract(readDocument('optimus'));
const samples = readSamples<CloudSample>(`${import.meta.dirname}/inventorySamples`);
const server = useServer(() => startServer());

const TIMES = ['createdAt', 'updatedAt'];

/** JSON has no times. */
const revived = (given: object): object =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      TIMES.includes(name) && typeof value === 'string' ? new Date(value) : (value as unknown),
    ]),
  );

const DEFAULTS: { [K in CloudKind]: (id: string) => CloudItems[K] } = {
  ...{ tenants: items.tenant, hosts: items.host, flavors: items.flavor, networks: items.network },
  ...{ volumeTypes: items.volumeType, images: items.image, stacks: items.stack, servers: items.machine },
  ...{ volumes: items.volume, quotas: items.quota },
  aggregates: (id) => items.aggregate(id, []),
};

const itemsOf = (cloud: CloudSample['cloud']): Items =>
  Object.fromEntries(
    Object.entries(cloud).map(([kind, given]) => [
      kind,
      given.map((item) => ({ ...DEFAULTS[kind as CloudKind](item.id), ...revived(item) })),
    ]),
  );

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
