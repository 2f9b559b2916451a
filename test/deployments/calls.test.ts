import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from './support/faultyFleet.js';
import { become, deploy, newApp, upgrade } from './support/world.js';

const LONG = 60_000;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(['none'], LONG);
});
afterAll(() => fleet.stop());

/** What is asked of a namespace of a business, without its name and what is chosen there. */
const callsOf = (requests: readonly string[]) =>
  requests
    .filter((request) => request.includes('/namespaces/ns'))
    .map((request) => request.replace(/\/namespaces\/ns\d+/, '').replace(/\?.*$/, ' some'));

test('a cluster is told of a first version by two calls; what another had besides is looked for', async () => {
  const [{ fake } = expect.fail()] = fleet.clusters;
  const appName = await newApp(fleet.world, ['1.0', '1.1']);
  const { id } = await deploy(fleet.world, { deployName: 'few', appName, cluster: fleet.label });
  await become(fleet.world, id, 'SUCCESS');
  const [asked, told, ...looks] = callsOf(fake.requests).filter((call) => call !== 'GET /api/v1');
  expect([asked, told]).toEqual([
    'GET /apis/apps/v1/deployments/few',
    'PATCH /apis/apps/v1/deployments/few some',
  ]);
  expect(new Set(looks)).not.toContain('GET /api/v1/secrets some');
  expect(looks.filter((call) => !call.startsWith('GET '))).toEqual([]);
  fake.requests.length = 0;
  await upgrade(fleet.world, id, '1.1');
  await expect
    .poll(() => callsOf(fake.requests))
    .toEqual(
      expect.arrayContaining([
        'GET /api/v1/secrets some',
        'GET /apis/autoscaling/v2/horizontalpodautoscalers some',
      ]),
    );
  await become(fleet.world, id, 'SUCCESS');
});
