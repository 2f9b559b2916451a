import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import got from 'got';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectionTest } from '../../src/connectors/openstack/connectionTest.js';
import { parseOpenrc } from '../../src/connectors/openstack/openrc.js';
import { loginOf } from '../../src/connectors/openstack/openrcLogin.js';
import { Ssh, type SshOptions, tunnelAgents } from '../../src/connectors/ssh/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { expectations } from '../connectors/openstack/expectations.js';
import { type Account, SshServers } from './support/sshd.js';

const OPENRC = 'export OS_AUTH_URL=http://k:5000/v3 OS_USERNAME=a OS_PASSWORD=b OS_PROJECT_NAME=c\n';
const KEYBOARD = ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes', 'UsePAM yes'];
const never = new AbortController().signal;

const servers = new SshServers();
let plain: Account;
let accounts: Record<'plain' | 'noShell' | 'noisy' | 'expired' | 'ended', Account>;

beforeAll(() => {
  plain = servers.account('lcm');
  accounts = {
    plain,
    noShell: servers.account('no-shell', '/usr/sbin/nologin'),
    noisy: servers.account('noisy'),
    expired: servers.account('expired'),
    ended: servers.account('ended'),
  };
  for (const { home } of Object.values(accounts)) writeFileSync(join(home, 'openrc'), OPENRC);
  writeFileSync(
    join(accounts.noisy.home, '.bashrc'),
    'echo "export OS_PASSWORD=noise $(date)"; echo oh >&2\n',
  );
  execFileSync('chage', ['-d', '0', accounts.expired.user]);
  execFileSync('chage', ['-E', '0', accounts.ended.user]);
});
afterAll(() => servers.close());

const sshWith = (options: Partial<SshOptions> = {}) =>
  new Ssh({ addresses: new AddressPolicy([]), isLegacyAllowed: false, ...options });

async function start(...given: Parameters<SshServers['start']>) {
  const server = await servers.start(...given);
  onTestFinished(server.stop);
  return server;
}

async function enter(
  address: string,
  { user, password }: Account = plain,
  options: Partial<SshOptions> = {},
) {
  const session = await sshWith(options).open(
    { role: 'the LCM', address, user, password, hostKey: null },
    never,
  );
  onTestFinished(() => session.close());
  return session;
}

describe('a connection', () => {
  const OLD = [
    'KexAlgorithms diffie-hellman-group14-sha1',
    'HostKeyAlgorithms ssh-rsa',
    'Ciphers aes128-cbc',
    'MACs hmac-sha1',
  ];

  test.each<
    [
      string,
      {
        lines?: string[];
        account?: keyof typeof accounts;
        given?: object;
        openrcPath?: null;
        isLegacyAllowed?: boolean;
        failure: string | null;
      },
    ]
  >([
    ['works', { failure: null }],
    ['works without an openrc file', { openrcPath: null, failure: null }],
    ['works with one session at a time', { lines: ['MaxSessions 1'], failure: null }],
    ['works without SFTP', { lines: ['Subsystem nothing /bin/false'], account: 'noisy', failure: null }],
    [
      'works without SFTP and one session at a time',
      { lines: ['Subsystem nothing /bin/false', 'MaxSessions 1'], failure: null },
    ],
    ['works without forwarding', { lines: ['AllowTcpForwarding no'], failure: null }],
    ['works where the password is asked for', { lines: KEYBOARD, failure: null }],
    ['works with old algorithms', { lines: OLD, isLegacyAllowed: true, failure: null }],
    ['fails with old algorithms', { lines: OLD, failure: 'AUTHENTICATION_FAILED' }],
    ['fails with a wrong password', { given: { password: 'x' }, failure: 'AUTHENTICATION_FAILED' }],
    [
      'fails with a wrong password that is asked for',
      { lines: KEYBOARD, given: { password: 'x' }, failure: 'AUTHENTICATION_FAILED' },
    ],
    ['fails with a wrong user', { given: { user: 'nobody-of-this-name' }, failure: 'AUTHENTICATION_FAILED' }],
    [
      'fails where keys are wanted',
      { lines: ['PasswordAuthentication no'], failure: 'AUTHENTICATION_FAILED' },
    ],
    ['fails where others may log in', { lines: ['AllowUsers nobody'], failure: 'AUTHENTICATION_FAILED' }],
    [
      'fails where the account has ended',
      { lines: ['UsePAM yes'], account: 'ended', failure: 'PERMISSION_DENIED' },
    ],
    ['fails without a shell', { account: 'noShell', failure: 'PERMISSION_DENIED' }],
    [
      'fails without a shell and an openrc file',
      { account: 'noShell', openrcPath: null, failure: 'PERMISSION_DENIED' },
    ],
    ['fails with SFTP alone', { lines: ['ForceCommand internal-sftp'], failure: 'PERMISSION_DENIED' }],
    [
      'fails with a password that has expired',
      { lines: ['UsePAM yes'], account: 'expired', failure: 'PERMISSION_DENIED' },
    ],
    [
      'fails with an expired password that is asked for',
      { lines: KEYBOARD, account: 'expired', failure: 'PERMISSION_DENIED' },
    ],
  ])(
    '%s',
    async (
      _name,
      { lines, account = 'plain', given, openrcPath = 'openrc', isLegacyAllowed = false, failure },
    ) => {
      const keys = [servers.key(), servers.key('rsa')];
      const { address } = await start(lines, { keys });
      const { user, password } = accounts[account];
      const asked = { address, user, password, hostKey: null, openrcPath, ...given };
      const state = await connectionTest(sshWith({ isLegacyAllowed }))(asked, never);
      expect(state).toMatchObject({ failure });
      expect(state.reason ?? '').not.toContain(password);
    },
  );

  test('is that of the known host key, and no other', async () => {
    const keys = [servers.key(), servers.key('rsa')];
    const rsa = readFileSync(`${keys[1]}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    const { address, port, stop } = await servers.start([], { keys });
    const { user, password } = plain;
    const asked = { address, user, password, hostKey: rsa, openrcPath: null };
    // Else a machine would show the first that both sides have.
    expect(await connectionTest(sshWith())(asked, never)).toEqual({
      failure: null,
      reason: null,
      hostKey: rsa,
    });
    await stop();
    await start([], { port });
    expect(await connectionTest(sshWith())(asked, never)).toMatchObject({
      failure: 'UNABLE_TO_CONNECT',
      reason: expect.stringContaining('another host key'),
    });
  });

  test('comes about while another log-in takes the only place', async () => {
    const { address } = await start(['MaxStartups 1']);
    const { user, password } = plain;
    const account = { address, user, password, hostKey: null, openrcPath: null };
    const states = await Promise.all([1, 2].map(() => connectionTest(sshWith())(account, never)));
    expect(states.map(({ failure }) => failure)).toEqual([null, null]);
  });
});

describe.each([
  ['a shell', []],
  ['a shell and one session', ['MaxSessions 1', 'Subsystem nothing /bin/false']],
  ['SFTP alone', ['ForceCommand internal-sftp', 'MaxSessions 1']],
])('openrc files, read by %s', (_name, lines) => {
  test('are what they are expected to be', async () => {
    const folder = join(plain.home, `files-${lines.length}-${lines[0]?.length ?? 0}`);
    mkdirSync(folder);
    const source = join(import.meta.dirname, '../connectors/openstack/openrc');
    for (const name of readdirSync(source).filter((file) => file.endsWith('.sh'))) {
      const text = readFileSync(join(source, name), 'latin1').replaceAll('/srv/openrc', folder);
      writeFileSync(join(folder, name), text, 'latin1');
    }
    writeFileSync(join(folder, 'huge.sh'), `${OPENRC}${'# padding\n'.repeat(500_000)}`);
    writeFileSync(join(folder, 'forbidden.sh'), OPENRC, { mode: 0o600 });
    mkdirSync(join(folder, 'folder.sh'));
    execFileSync('mkfifo', [join(folder, 'pipe.sh')]);

    const { address } = await start(lines);
    const session = await enter(address);
    expect(expectations.length).toBe(37);
    for (const { name, variables, error } of expectations) {
      const read = async () => {
        const parsed = parseOpenrc(await session.readFile(join(folder, name)));
        loginOf(parsed);
        return Object.fromEntries(parsed);
      };
      if (variables) expect(await read()).toMatchObject(variables);
      else await expect(read()).rejects.toThrow(error);
    }
    expect(existsSync(join(folder, 'EXECUTED'))).toBe(false);
  });
});

describe('a session', () => {
  test('runs many commands, one after another where there is one place', async () => {
    const { address } = await start(['MaxSessions 1']);
    const session = await enter(address, accounts.noisy);
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const outputs = await Promise.all(numbers.map((number) => session.exec(['echo', number])));
    expect(outputs.map(({ stdout, stderr }) => stdout.toString() + stderr)).toEqual(
      numbers.map((n) => `${n}\n`),
    );
  });

  test('ends with what does not end, or has no end', async () => {
    const { address } = await start();
    const slow = await enter(address, plain, { patience: { silence: 1_000, within: 5_000 } });
    await expect(slow.exec(['sleep', '600'])).rejects.toMatchObject({ failure: 'TIMED_OUT' });
    const endless = await enter(address);
    await expect(endless.exec(['yes'])).rejects.toMatchObject({ failure: 'TOO_LARGE' });
  });

  test.each([
    ['bash', '/bin/bash'],
    ['dash', '/bin/dash'],
  ])('quotes for %s', async (name, shell) => {
    const account = servers.account(name, shell);
    const { address } = await start();
    const words = ["it's", '$HOME', '`id`', '"', '\\', '*', '!x', 'a\nb', '', '--', '密'];
    const { stdout } = await (await enter(address, account)).exec(['printf', '%s|', ...words]);
    expect(stdout.toString()).toBe(words.map((word) => `${word}|`).join(''));
  });
});

describe('a tunnel', () => {
  async function site() {
    const server = http.createServer((request, response) => response.end(`you asked for ${request.url}`));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/it`;
  }

  test('is made anew when the machine has closed it for its silence', async () => {
    const { address } = await start(['ChannelTimeout direct-tcpip=1s']);
    const agent = tunnelAgents(await enter(address), { keepAlive: true });
    const url = await site();
    const ask = () => got(url, { agent, retry: { limit: 0 } }).text();
    expect(await ask()).toBe('you asked for /it');
    await expect.poll(() => Object.keys(agent.http.freeSockets).length).toBe(0);
    expect(await ask()).toBe('you asked for /it');
  });

  test('is refused, or leads nowhere, which is told apart', async () => {
    const url = await site();
    const { address } = await start(['AllowTcpForwarding no']);
    const ask = async (at: string, to: string) =>
      got(to, { agent: tunnelAgents(await enter(at), {}), retry: { limit: 0 } }).text();
    await expect(ask(address, url)).rejects.toMatchObject({ cause: { failure: 'FORWARDING_REFUSED' } });
    const open = await start();
    await expect(ask(open.address, 'http://127.0.0.1:1/')).rejects.toMatchObject({
      cause: { failure: 'TARGET_UNREACHABLE' },
    });
  });
});
