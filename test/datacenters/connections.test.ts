import { expect, onTestFinished, test } from 'vitest';
import type { ConnectionFailure } from '../../src/domains/datacenters/cloud.port.js';
import { FakeClouds } from '../support/clouds.js';
import { newUser } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { ask, newCenter, optimus, startClouds } from './support/world.js';

const server = useServer(async () => startClouds());

const MESSAGES: [ConnectionFailure, string][] = [
  ['AUTHENTICATION_FAILED', 'Authentication failed'],
  ['PERMISSION_DENIED', 'Permission denied'],
  ['UNABLE_TO_CONNECT', 'unable to connect to the host'],
  ['UNABLE_TO_REACH', 'unable to reach the host'],
];

const status = async (id: string) => optimus(server, 'GET', `/connect_status?cid=${id}`);
const account = (address: string, password = 'lcm_pwd') => ({
  lcm_ip: address,
  lcm_user: 'lcm_user',
  lcm_pwd: password,
});
const TEST = `mutation ($input: TestConnectionInput!) { testConnection(input: $input) {
  connection { isConnected failure message reason } } }`;

test('a stored one, and an account, that can be logged in to', async () => {
  const { id, address } = await newCenter(server);
  expect((await status(id)).text).toBe('{"status":true,"data":true,"code":200}');
  expect((await optimus(server, 'POST', '/connect_status', account(address))).text).toBe(
    '{"status":true,"data":true,"message":"success","code":200}',
  );
});

test.each(MESSAGES)('%s', async (failure, message) => {
  const { id, address, cloud } = await newCenter(server);
  cloud.failure = failure;
  const body = `{"status":true,"data":false,"message":"${message}","code":200}`;
  expect((await status(id)).text).toBe(body);
  expect((await optimus(server, 'POST', '/connect_status', account(address))).text).toBe(body);
  for (const input of [{ id }, { lcmIp: address, lcmUser: 'lcm_user', lcmPwd: 'lcm_pwd' }]) {
    const { data } = await ask(server, TEST, { input });
    expect(data).toEqual({
      testConnection: {
        connection: { isConnected: false, failure, message, reason: expect.stringMatching(/^the LCM/) },
      },
    });
  }
});

test('the stored password is the one that is tried, and a wrong one fails', async () => {
  const { id, address } = await newCenter(server);
  const { body } = await optimus(server, 'POST', '/connect_status', account(address, 'wrong'));
  expect(body).toMatchObject({ data: false, message: 'Authentication failed' });
  await optimus(server, 'PUT', '/data_center', { id, lcm_pwd: 'wrong' });
  expect((await status(id)).body).toMatchObject({ data: false, message: 'Authentication failed' });
});

test('another host key than the first is refused until that is forgotten', async () => {
  const { id, cloud } = await newCenter(server);
  cloud.hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  expect((await status(id)).body).toMatchObject({ message: 'unable to connect to the host' });
  const input = { id, forgetHostKey: true };
  await ask(
    server,
    'mutation ($input: UpdateDataCenterInput!) { updateDataCenter(input: $input) { dataCenter { id } } }',
    { input },
  );
  expect((await status(id)).body).toEqual({ status: true, data: true, code: 200 });
});

test('an offline one cannot be connected to', async () => {
  const { body } = await optimus(server, 'POST', '/data_center', { name: 'offline', mode: false });
  expect((await status(String(body['data']))).body).toMatchObject({
    data: false,
    message: 'unable to connect to the host',
  });
});

test('what is left out, or is no id, is named', async () => {
  const paths = ['/connect_status', '/connect_status?cid=1'];
  const answers = await Promise.all(paths.map(async (path) => optimus(server, 'GET', path)));
  expect(answers.map(({ status: code, body }) => [code, body['message']])).toEqual([
    [400, 'cid: is required'],
    [400, 'cid: must be 32 hex digits'],
  ]);
  const post = async (body: object) =>
    (await optimus(server, 'POST', '/connect_status', body)).body['message'];
  expect(await post({ lcm_user: 'u', lcm_pwd: 'p' })).toBe('lcm_ip: is required');
  expect(await post({ ...account(''), lcm_user: '' })).toBe('lcm_ip: is required; lcm_user: is required');
});

/** Where `slow` answers when it is told to, and not before. */
class SlowClouds extends FakeClouds {
  under = 0;
  most = 0;
  readonly held = Promise.withResolvers<void>();
  override async test(...given: Parameters<FakeClouds['test']>) {
    this.under += 1;
    this.most = Math.max(this.most, this.under);
    if (given[0].address === 'slow') await this.held.promise;
    this.under -= 1;
    return super.test(...given);
  }
}

test('of a tenant so many are tested at once, some wait, and more are told to come again; others need not wait', async () => {
  const clouds = new SlowClouds();
  const slow = await startClouds({}, { clouds });
  onTestFinished(async () => slow.stop());
  for (const address of ['slow', 'quick']) clouds.add(address);
  const { token } = await newUser(slow);
  const { token: other } = await newUser(slow);
  const statuses: number[] = [];
  const asked = Array.from({ length: 45 }, async () => {
    const answer = await optimus(slow, 'POST', '/connect_status', account('slow'), token);
    statuses.push(answer.status);
  });
  await expect.poll(() => statuses.length).toBe(5);
  expect(clouds.most).toBe(4);
  expect((await optimus(slow, 'POST', '/connect_status', account('quick'), other)).status).toBe(200);
  clouds.held.resolve();
  await Promise.all(asked);
  expect(Map.groupBy(statuses, (each) => each).get(200)).toHaveLength(40);
  expect(statuses.filter((each) => each === 429)).toHaveLength(5);
  expect(clouds.most).toBe(5);
});

test('tenants whose machines do not answer leave places to the others', async () => {
  const clouds = new SlowClouds();
  const slow = await startClouds({}, { clouds });
  onTestFinished(async () => slow.stop());
  for (const address of ['slow', 'quick']) clouds.add(address);
  const tenants = await Promise.all(Array.from({ length: 6 }, async () => newUser(slow)));
  const [other, ...holding] = tenants.map(({ token }) => token);
  const statuses: number[] = [];
  const asked = holding.flatMap((token) =>
    Array.from({ length: 8 }, async () => {
      const { status: code } = await optimus(slow, 'POST', '/connect_status', account('slow'), token);
      statuses.push(code);
    }),
  );
  await expect.poll(() => clouds.under).toBeGreaterThanOrEqual(12);
  const { body } = await optimus(slow, 'POST', '/connect_status', account('quick'), other);
  expect(body).toMatchObject({ data: true });
  expect(statuses).toEqual([]);
  clouds.held.resolve();
  await Promise.all(asked);
  expect(statuses.filter((code) => code === 200)).toHaveLength(40);
  expect(clouds.most).toBeLessThanOrEqual(16);
});
