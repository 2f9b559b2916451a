import { expect, test } from 'vitest';
import { MAX_PAGE_SIZE } from '../../src/kernel/pages.js';
import { useServer } from '../support/useServer.js';
import * as items from './inventory/support/items.js';
import { takeIn } from './inventory/support/world.js';
import { ask, newCenter, startClouds } from './support/world.js';

const server = useServer(async () => startClouds());

const QUERY = `query ($id: ID!) { hosts(filter: { dataCenterId: { eq: $id } }, first: 500) {
  nodes { cpuLayout { message } interfaceDrivers { message } } } }`;

test('all hosts of the largest page tell what they can, each asked once for each', async () => {
  const { id, cloud } = await newCenter(server);
  const names = Array.from({ length: MAX_PAGE_SIZE }, (_, index) => `h${index + 1}`);
  await takeIn(server, id, { hosts: names.map((name) => items.host(name)) });
  const hosts = names.map((name) => cloud.addHost(name));
  const { errors } = await ask(server, QUERY, { id });
  expect(errors).toEqual([]);
  expect(hosts.filter(({ targets }) => targets.length !== 2)).toEqual([]);
});
