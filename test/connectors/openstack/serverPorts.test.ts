import { expect, test } from 'vitest';
import { port, smallWorld } from '../../support/openstack/world.js';
import { openFake } from './reading.js';

const ID = '767b85ad-b6ea-4b34-8a28-ed63940f76ec';
const bound = (type: unknown, details: unknown = {}) => ({
  'binding:vif_type': type,
  'binding:vif_details': details,
});

test('ports tell how they are bound, and the interface that they are on their host', async () => {
  const world = smallWorld();
  const of = (id: string, more: object) =>
    port('a', ['10.0.0.5', 'fd00::5'], { id, mac_address: 'fa:16:3e:00:00:01', ...more });
  world.ports = [
    of(ID, bound('vhostuser', { vhostuser_socket: '/run/openvswitch/vhu767b85ad-b6' })),
    of(`1${ID}`, { name: 'with another name', ...bound('vhostuser', { vhostuser_socket: 7 }) }),
    of(`2${ID}`, bound('ovs')),
    of(`3${ID}`, bound('unbound')),
    of(`4${ID}`, bound('binding_failed')),
    of(`5${ID}`, bound(null, null)),
    port('b', ['10.0.0.6']),
    port('router', ['10.0.0.1'], { device_id: null }),
  ];
  const { session, fake } = await openFake({ world });
  const found = await session.portsOf(['server-a']);
  expect(found.map(({ vifType, interfaceName }) => [vifType, interfaceName])).toEqual([
    ['vhostuser', 'vhu767b85ad-b6'],
    ['vhostuser', 'vhu1767b85ad-b'],
    ['ovs', 'tap2767b85ad-b'],
    ['unbound', ''],
    ['binding_failed', ''],
    ['', ''],
  ]);
  expect(found[1]).toEqual({
    ...{ id: `1${ID}`, name: 'with another name', serverId: 'server-a', mac: 'fa:16:3e:00:00:01' },
    ...{ ips: ['10.0.0.5', 'fd00::5'], vifType: 'vhostuser', interfaceName: 'vhu1767b85ad-b' },
  });
  expect(fake.asked('/network/v2.0/ports')).toBe(1);
});

test('many servers are asked for in parts, each to its end', async () => {
  const world = smallWorld();
  const names = Array.from({ length: 120 }, (_, index) => `s${index}`);
  world.ports = names.map((name) => port(name, ['10.0.0.5']));
  const { session, fake } = await openFake({ world, pageSize: 20 });
  const ids = names.map((name) => `server-${name}`);
  expect((await session.portsOf(ids)).map(({ serverId }) => serverId)).toEqual(ids);
  const asked = fake.requests.filter((request) => request.includes('/ports?'));
  expect(asked.length).toBeGreaterThanOrEqual(7);
  for (const request of asked) expect(request.length).toBeLessThan(4096);
  expect(await session.portsOf([])).toEqual([]);
});

test('without Neutron there are none, and an account without the right is told so', async () => {
  const { session } = await openFake({ missing: ['network'] });
  expect(await session.portsOf(['server-a'])).toEqual([]);
  const { session: other, faults } = await openFake();
  faults.add({ fault: 'status', status: 403, path: '/ports' });
  await expect(other.portsOf(['server-a'])).rejects.toThrow('needs the right get_port');
});
