import { expect, onTestFinished, test } from 'vitest';
import { openLcm, readOpenrc } from '../../../src/connectors/openstack/connectionTest.js';
import { createOpenStackConnector } from '../../../src/connectors/openstack/index.js';
import { lcmOf } from '../../../src/connectors/openstack/lcm.js';
import { openSession } from '../../../src/connectors/openstack/session.js';
import { Ssh } from '../../../src/connectors/ssh/index.js';
import type { CloudAccount } from '../../../src/domains/datacenters/cloud.port.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import type { FakeOptions } from '../../support/openstack/fakeOpenStack.js';
import { PASSWORD } from '../../support/openstack/keystone.js';
import { Machine } from '../../support/ssh/machine.js';
import { CLOUD_KINDS } from './kinds.js';
import { LIMITS, readAll, startFake } from './reading.js';

const addresses = new AddressPolicy([]);
const never = new AbortController().signal;

/** A machine with an openrc file, and the cloud that it leads to. */
async function start({ password = PASSWORD, ...options }: FakeOptions & { password?: string } = {}) {
  const fake = await startFake(options);
  const openrc = [
    `export OS_AUTH_URL=${fake.authUrl}`,
    'export OS_USERNAME=admin OS_PROJECT_NAME=admin OS_REGION_NAME=RegionOne',
    `export OS_PASSWORD='${password}'`,
    'echo "$OS_PASSWORD" > told',
  ].join('\n');
  const machine = await new Machine({ files: { 'admin-openrc.sh': openrc } }).listen();
  onTestFinished(() => machine.close());
  const account: CloudAccount = { ...machine.account, openrcPath: 'admin-openrc.sh', ca: null };
  return { fake, machine, account };
}

const connector = createOpenStackConnector({
  addresses,
  viaName: 'test',
  isLegacyAllowed: false,
  limits: LIMITS,
});

test('a cloud is read through its LCM, and left', async () => {
  const { fake, machine, account } = await start({ missing: ['image'] });
  const session = await connector.open(account, never);
  expect(session.hostKey).toBe(machine.hostKey);
  expect(session.missing).toEqual(['Glance']);
  for (const kind of CLOUD_KINDS) await readAll(session, kind);
  await session.close();
  expect(fake.keystone.logIns).toBe(1);
  await expect.poll(() => machine.connections).toBe(0);
  await expect(readAll(session, 'aggregates')).rejects.toThrow();
});

test('what is not reached directly goes through channels of the one connection to the LCM', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  onTestFinished(() => void process.off('warning', warn));
  const { machine, account } = await start();
  const ssh = await openLcm(new Ssh({ addresses, isLegacyAllowed: false }), account, never);
  const login = await readOpenrc(ssh, account.openrcPath);
  const session = await openSession(
    { lcm: lcmOf(ssh), login, ca: null, isHere: false, addresses, viaName: 'test', limits: LIMITS },
    never,
  );
  onTestFinished(() => session.close());
  for (const kind of CLOUD_KINDS) await readAll(session, kind);
  expect(await readAll(session, 'servers')).toHaveLength(2);
  expect(machine.seen.tunnels).toBeGreaterThan(0);
  expect(machine.seen.logins).toBe(1);
  // Such as of listeners that each request leaves behind.
  expect(warnings).toEqual([]);
});

test('an account that Keystone refuses is told, and the LCM is left', async () => {
  const { machine, account } = await start({ password: 'wrong' });
  await expect(connector.open(account, never)).rejects.toThrow('refuses the account of the openrc file');
  await expect.poll(() => machine.connections).toBe(0);
});

test('a run that is given up ends the log-in at the LCM', async () => {
  const { machine, account } = await start();
  const given = new AbortController();
  const session = await connector.open(account, given.signal);
  given.abort();
  await expect.poll(() => machine.connections).toBe(0);
  await expect(readAll(session, 'servers')).rejects.toThrow();
});
