import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { FakeOpenStack } from '../support/openstack/fakeOpenStack.js';
import { Faults } from '../support/openstack/faults.js';
import { PASSWORD } from '../support/openstack/keystone.js';
import { Machine } from '../support/ssh/machine.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type CloudServer, historyOf, onlineDraft, optimus, refresh } from './support/world.js';

/** On the connector that is there without tests. */
const started = useServer(() => startServer({ LOGIN_FAILURES: '1000' }, { background: true }));

async function server(): Promise<CloudServer> {
  return { ...started, token: await started.adminToken() } as CloudServer;
}

/** A cloud behind an LCM, with what can go wrong between. */
async function startCloud() {
  const fake = await FakeOpenStack.start({ pageSize: 1, missing: ['image'] });
  const faults = await Faults.before([fake.url]);
  const openrc = `export OS_AUTH_URL=${faults.inFront(fake.authUrl)}
    export OS_USERNAME=admin OS_PROJECT_NAME=admin OS_REGION_NAME=RegionOne OS_PASSWORD=${PASSWORD}`;
  const machine = await new Machine({ files: { openrc } }).listen();
  onTestFinished(async () => {
    await machine.close();
    await faults.close();
    await fake.close();
  });
  return { fake, faults, machine };
}

test('an online data center is read by both of its jobs as soon as it is there, and what fails is told', async () => {
  const at = await server();
  const { fake, faults, machine } = await startCloud();
  const { address, user, password } = machine.account;
  const draft = { ...onlineDraft(address), lcm_user: user, lcm_pwd: password, openstackrc_dir: 'openrc' };
  const { body } = await optimus(at, 'POST', '/data_center', draft);
  expect(body).toMatchObject({ status: true });
  const id = String(body['data']);
  await expect.poll(async () => (await historyOf(at, id)).map((run) => run.status)).toEqual([true, true]);
  expect(fake.keystone.logIns).toBe(2);

  faults.add({ fault: 'status', status: 403, path: '/os-services' });
  await refresh(at, id, 'DYNAMIC');
  const failure = async () => (await historyOf(at, id)).find((run) => run.error_info !== null);
  await expect.poll(failure).toBeDefined();
  const failed = await failure();
  expect(failed?.error_info).toContain('os_compute_api:os-services:list');
  for (const secret of [PASSWORD, password, ...fake.keystone.tokens])
    expect(failed?.error_info).not.toContain(secret);
  await expect.poll(() => machine.connections).toBe(0);
});

test('a private key is taken in place of the password, a long one too', async () => {
  const at = await server();
  const key = ssh2.utils.generateKeyPairSync('rsa', { bits: 4096 });
  const machine = await new Machine({ login: 'publickey', publicKey: key.public }).listen();
  onTestFinished(async () => machine.close());
  const { address, user } = machine.account;
  const account = { lcm_ip: address, lcm_user: user, lcm_pwd: key.private };
  const { body } = await optimus(at, 'POST', '/connect_status', account);
  expect(body).toMatchObject({ data: true, message: 'success' });
});
