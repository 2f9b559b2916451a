import { expect, onTestFinished, test } from 'vitest';
import { FakeOpenStack } from '../support/openstack/fakeOpenStack.js';
import { PASSWORD } from '../support/openstack/keystone.js';
import { port, server as serverOf, smallWorld } from '../support/openstack/world.js';
import { startServer } from '../support/server.js';
import { COMPUTE_TOOLS } from '../support/ssh/computeHost.js';
import { Machine } from '../support/ssh/machine.js';
import { useServer } from '../support/useServer.js';
import { type CloudServer, historyOf, onlineDraft, optimus } from './support/world.js';

/** On the connector that is there without tests. */
const started = useServer(() => startServer({ LOGIN_FAILURES: '1000' }, { background: true }));

const PORT = '767b85ad-b6ea-4b34-8a28-ed63940f76ec';
const VIF = {
  'binding:vif_type': 'vhostuser',
  'binding:vif_details': { vhostuser_socket: '/run/vhu767b85ad-b6' },
};

/** A cloud whose one host that is up is behind its LCM. */
async function startCloud() {
  const world = smallWorld();
  world.servers = [serverOf('a', { 'OS-EXT-SRV-ATTR:instance_name': 'instance-0000000a' })];
  world.ports = [
    port('a', ['128.3.0.4'], { id: PORT, name: 'first', mac_address: '02:00:00:01:02:01', ...VIF }),
  ];
  const fake = await FakeOpenStack.start({ world });
  const host = await new Machine({ tools: COMPUTE_TOOLS }).listen();
  const openrc = `export OS_AUTH_URL=${fake.authUrl} OS_USERNAME=admin OS_PROJECT_NAME=admin
    export OS_REGION_NAME=RegionOne OS_PASSWORD=${PASSWORD}`;
  const lcm = await new Machine({ files: { openrc }, reaches: { '192.0.2.11:22': host.address } }).listen();
  onTestFinished(async () => {
    for (const each of [lcm, host, fake]) await each.close();
  });
  return { fake, host, lcm };
}

test('what a host tells is there as soon as its cloud has been read', { timeout: 180_000 }, async () => {
  const at: CloudServer = { ...started, token: await started.adminToken() } as CloudServer;
  const { host, lcm } = await startCloud();
  const { address, user, password } = lcm.account;
  const draft = { ...onlineDraft(address), lcm_user: user, lcm_pwd: password, openstackrc_dir: 'openrc' };
  const id = String((await optimus(at, 'POST', '/data_center', draft)).body['data']);
  await expect.poll(async () => (await historyOf(at, id)).map((run) => run.status)).toEqual([true, true]);

  const layout = await optimus(at, 'GET', `/${id}/cpu_layout/service-compute-1`);
  expect(layout.text).toBe(
    `{"status":true,"data":{"socket_info":{${[0, 1, 8, 9]
      .map(
        (core, at) =>
          `"core ${core}":{"socket 0":[${2 * at},${2 * at + 8}],"socket 1":[${2 * at + 1},${2 * at + 9}]}`,
      )
      .join()}},"instance_info":[{"vcpu":[4,12,5,13],"vm":"a","instance":"instance-0000000a"},{"vcpu":[0,1,2,3,4,5,6,7,9,11,12,13,14,15],"vm":"数据库 №1 \\"a\\" <b>","instance":"instance-0000001f"}]},"code":200}`,
  );
  const { body } = await optimus(at, 'GET', `/${id}/interface_driver/service-compute-1`);
  expect(body).toMatchObject({
    data: {
      firmware: { control0: { driver: 'i40e' }, ens2f0: { driver: 'mlx5_core' } },
      static: { control0: { tx_packets: 176_395_534 } },
    },
  });
  const ports = await optimus(at, 'GET', `/${id}/server-a/network_port`);
  expect(ports.text).toBe(
    `{"code":200,"data":[{"id":"${PORT}","ip_address":"128.3.0.4","mac":"02:00:00:01:02:01","name":"first","rx_dropped":"3","rx_errors":"?","rx_packets":"6","tx_dropped":"3","tx_errors":"?","tx_packets":"6","vhostuser":"vhu767b85ad-b6","vif_type":"vhostuser"}],"status":true}`,
  );
  const { rows } = await at.database.query('select id, key from host_keys');
  expect(rows).toEqual([{ id: `${id}:compute-1`, key: host.hostKey }]);
  expect(at.log()).not.toContain(password);
  await expect.poll(() => [host.connections, lcm.connections]).toEqual([0, 0]);
  // One that nobody reaches.
  expect(await optimus(at, 'GET', `/${id}/cpu_layout/service-compute-2`)).toMatchObject({
    status: 500,
    body: { message: expect.stringMatching(/cannot reach 192\.0\.2\.12:22/) },
  });
});
