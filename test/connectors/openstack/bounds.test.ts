import { expect, test } from 'vitest';
import { type World, port, project, server, smallWorld, volume } from '../../support/openstack/world.js';
import { LIMITS, openFake, readAll } from './reading.js';

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

test('addresses of a server are not the product of what ports and floating addresses say', async () => {
  const world = smallWorld();
  world.servers = [server('a')];
  world.ports = [
    port(
      'a',
      Array.from({ length: 500 }, () => '10.0.0.1'),
      { id: 'port' },
    ),
  ];
  world.floatingips = many(500, (index) => ({
    id: `${index}`,
    floating_ip_address: `203.0.113.${index}`,
    fixed_ip_address: '10.0.0.1',
    port_id: 'port',
  }));
  const { session } = await openFake({ world, pageSize: 1000 });
  const [only] = await readAll(session, 'servers');
  expect(only?.addresses).toHaveLength(1000);
});

test('lists in items are cut where no cloud has as many', async () => {
  const world = smallWorld();
  world.servers = [
    server('a', { 'os-extended-volumes:volumes_attached': many(5000, (index) => ({ id: `${index}` })) }),
  ];
  world.subnets = many(5000, (index) => ({
    id: `${index}`,
    name: '',
    network_id: world.networks[0]?.['id'],
    cidr: '10.0.0.0/24',
    gateway_ip: null,
  }));
  const { session } = await openFake({ world, pageSize: 1000 });
  expect((await readAll(session, 'servers'))[0]?.volumeIds).toHaveLength(1000);
  expect((await readAll(session, 'networks'))[0]?.subnets).toHaveLength(1000);
});

test.each<[string, 'tenants' | 'volumes', Partial<World>]>([
  [
    'lists that several kinds follow from',
    'tenants',
    { projects: many(100, (index) => project(`${index}`, { description: 'x'.repeat(1000) })) },
  ],
  ['keys of what came', 'volumes', { volumes: many(400, (index) => volume(`${index}${'x'.repeat(240)}`)) }],
])('what is kept of a cloud while it is read has an end: %s', async (_what, kind, more) => {
  const world = { ...smallWorld(), ...more };
  const { session } = await openFake({ world }, { limits: { ...LIMITS, mostKept: 100_000 } });
  await expect(readAll(session, kind)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: 'the cloud has more than is kept of one while it is read',
  });
});
