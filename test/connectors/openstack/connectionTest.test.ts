import { describe, expect, onTestFinished, test } from 'vitest';
import { connectionTest } from '../../../src/connectors/openstack/connectionTest.js';
import { Ssh, type SshOptions } from '../../../src/connectors/ssh/index.js';
import type { ConnectionFailure } from '../../../src/domains/datacenters/cloud.port.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { listen } from '../../support/ssh/listener.js';
import { Machine, type MachineOptions } from '../../support/ssh/machine.js';

const OPENRC = 'OS_AUTH_URL=http://k:5000/v3 OS_USERNAME=a OS_PASSWORD=b OS_PROJECT_NAME=c\n';
const never = new AbortController().signal;

async function machine(options: MachineOptions): Promise<Machine> {
  const made = await new Machine({
    files: { openrc: OPENRC, partial: 'OS_USERNAME=a' },
    ...options,
  }).listen();
  onTestFinished(() => made.close());
  return made;
}

async function port(...[serve]: Parameters<typeof listen>) {
  const made = await listen(serve);
  onTestFinished(made.close);
  return made;
}

/** For machines that say nothing. */
const IMPATIENT = { patience: { silence: 500, within: 5_000 } };

const tested = (
  account: Partial<Parameters<ReturnType<typeof connectionTest>>[0]>,
  options: Partial<SshOptions> = {},
) => {
  const ssh = new Ssh({
    addresses: new AddressPolicy([]),
    isLegacyAllowed: false,
    patience: { silence: 10_000, within: 60_000 },
    ...options,
  });
  const unknown = { address: '', user: 'a', password: 'b c', hostKey: null, openrcPath: null };
  return connectionTest(ssh)({ ...unknown, ...account }, never);
};

describe('a machine that works', () => {
  test.each<[string, MachineOptions, string | null]>([
    ['with an openrc file', {}, 'openrc'],
    ['without one', {}, null],
    ['without SFTP', { sftp: false }, 'openrc'],
    ['with one session', { maxSessions: 1 }, 'openrc'],
    ['that asks for the password', { login: 'keyboard-interactive' }, 'openrc'],
    ['that prints before each output', { noise: 'export OS_PASSWORD=noise\n' }, 'openrc'],
  ])('%s', async (_name, options, openrcPath) => {
    const at = await machine(options);
    const state = await tested({ ...at.account, openrcPath });
    expect(state).toEqual({ failure: null, reason: null, hostKey: at.hostKey });
    await expect.poll(() => at.connections).toBe(0);
  });
});

describe('a machine that does not', () => {
  test.each<[string, MachineOptions, Partial<Parameters<typeof tested>[0]>, ConnectionFailure]>([
    ['knows another password', {}, { password: 'wrong' }, 'AUTHENTICATION_FAILED'],
    ['knows no such user', {}, { user: 'nobody' }, 'AUTHENTICATION_FAILED'],
    ['takes keys alone', { login: 'publickey' }, {}, 'AUTHENTICATION_FAILED'],
    [
      'has old algorithms alone',
      { algorithms: { kex: ['diffie-hellman-group14-sha1'] } },
      {},
      'AUTHENTICATION_FAILED',
    ],
    ['wants a new password', { instead: 'new password' }, {}, 'PERMISSION_DENIED'],
    ['lets the account not in', { instead: 'hang up' }, {}, 'PERMISSION_DENIED'],
    ['runs no commands', { commands: 'refused' }, {}, 'PERMISSION_DENIED'],
    ['has SFTP alone', { commands: 'forced' }, { openrcPath: 'openrc' }, 'PERMISSION_DENIED'],
    ['has no such file', {}, { openrcPath: 'missing' }, 'PERMISSION_DENIED'],
    ['has a file that tells too little', {}, { openrcPath: 'partial' }, 'PERMISSION_DENIED'],
    ['has another host key', {}, { hostKey: 'ssh-ed25519 AAAA' }, 'UNABLE_TO_CONNECT'],
    ['says nothing after the password', { instead: 'hang' }, {}, 'UNABLE_TO_REACH'],
    ['never ends a command', { commands: 'hang' }, {}, 'UNABLE_TO_REACH'],
  ])('%s', async (name, options, account, failure) => {
    const at = await machine(options);
    const state = await tested({ ...at.account, ...account }, failure === 'UNABLE_TO_REACH' ? IMPATIENT : {});
    expect(state).toEqual({
      failure,
      reason: expect.stringContaining(`the LCM at ${at.address}`),
      hostKey: /old algorithms|another host key/.test(name) ? null : at.hostKey,
    });
    await expect.poll(() => at.connections).toBe(0);
  });
});

describe('no machine', () => {
  test.each<[string, Parameters<typeof port>[0], ConnectionFailure]>([
    ['that hangs up', (socket) => socket.destroy(), 'UNABLE_TO_CONNECT'],
    ['but a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'UNABLE_TO_CONNECT'],
    ['that says anything', () => undefined, 'UNABLE_TO_REACH'],
  ])('%s', async (_name, serve, failure) => {
    const { address } = await port(serve);
    expect(await tested({ address }, failure === 'UNABLE_TO_REACH' ? IMPATIENT : {})).toMatchObject({
      failure,
      hostKey: null,
    });
  });

  test('at a closed port, at an unknown name, at a denied address, at nothing', async () => {
    const closed = await port(() => undefined);
    await closed.close();
    expect(await tested({ address: closed.address })).toMatchObject({ failure: 'UNABLE_TO_CONNECT' });
    for (const address of ['no.such.invalid', '169.254.169.254', 'a b'])
      expect(await tested({ address })).toMatchObject({ failure: 'UNABLE_TO_REACH' });
  });
});

test('who asks and goes away gets no answer', async () => {
  const { address, seen } = await port(() => undefined);
  const leaving = new AbortController();
  const account = { address, user: 'a', password: 'b', hostKey: null, openrcPath: null };
  const ssh = new Ssh({ addresses: new AddressPolicy([]), isLegacyAllowed: false });
  const asked = connectionTest(ssh)(account, leaving.signal);
  await expect.poll(() => seen.connections).toBe(1);
  leaving.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
});
