import net from 'node:net';
import ssh2, { type Algorithms } from 'ssh2';
import { describe, expect, test } from 'vitest';
import type { SshFailure } from '../../../src/connectors/ssh/index.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { type MachineOptions, newKey } from '../../support/ssh/machine.js';
import { IMPATIENT, enter, expectFailure, listener, machine, never, sshWith } from './lab.js';

const OLD: Algorithms = {
  kex: ['diffie-hellman-group14-sha1'],
  serverHostKey: ['ssh-ed25519'],
  cipher: ['aes128-cbc'],
  hmac: ['hmac-sha1'],
};

describe('ways in', () => {
  const key = newKey();
  test.each<[string, MachineOptions]>([
    ['a password', {}],
    ['a password, asked for', { login: 'keyboard-interactive' }],
    ['a key in place of the password', { login: 'publickey', password: key.private, publicKey: key.public }],
    ['text before the protocol', { greeting: 'welcome\r\n'.repeat(500).trim() }],
    ['a banner before the log-in', { banner: 'Authorized use only. export OS_PASSWORD=banner' }],
    ['a password of odd characters', { password: `p@ $$w"ord 'x' 密码` }],
  ])('%s', async (_name, options) => {
    const at = await machine(options);
    const session = await enter(at);
    expect(session.hostKey).toBe(at.hostKey);
    expect((await session.exec(['echo', 'in'])).stdout.toString()).toBe('in\n');
  });

  test('old algorithms alone, where that is allowed', async () => {
    const at = await machine({ algorithms: { ...OLD } });
    await enter(at, { isLegacyAllowed: true });
    const refused = sshWith().open(at.account, never);
    await expectFailure(refused, 'NO_COMMON_ALGORITHM', /SSH_LEGACY_ALGORITHMS/);
    expect(at.seen.logins).toBe(1);
  });

  test.each([false, true])(
    "no group of the machine's choice, whose check would stop all else for minutes (old ones allowed: %s)",
    async (isLegacyAllowed) => {
      const kex: Algorithms['kex'] = [
        'diffie-hellman-group-exchange-sha256',
        'diffie-hellman-group-exchange-sha1',
      ];
      const at = await machine({ algorithms: { kex } });
      const refused = sshWith({ isLegacyAllowed }).open(at.account, never);
      await expectFailure(refused, 'NO_COMMON_ALGORITHM', /shares no algorithm with us/);
    },
  );
});

describe('no way in', () => {
  test.each<[string, MachineOptions, Partial<{ user: string; password: string }>, SshFailure, RegExp]>([
    ['a wrong password', {}, { password: 'wrong' }, 'LOGIN_REFUSED', /refuses the user or the password/],
    ['a wrong user', {}, { user: 'nobody' }, 'LOGIN_REFUSED', /refuses the user or the password/],
    ['keys alone', { login: 'publickey' }, {}, 'LOGIN_REFUSED', /takes no password, but publickey/],
    [
      'a wrong key',
      { login: 'publickey', publicKey: newKey().public },
      { password: newKey().private },
      'LOGIN_REFUSED',
      /refuses the user or the key/,
    ],
    ['no keys', {}, { password: newKey().private }, 'LOGIN_REFUSED', /takes no key, but password/],
    [
      'a key that is none',
      { login: 'publickey' },
      { password: '-----BEGIN PRIVATE KEY-----\nx' },
      'LOGIN_REFUSED',
      /cannot be read/,
    ],
    [
      'a second factor',
      { instead: 'second factor' },
      {},
      'LOGIN_REFUSED',
      /wants more than the password or key: keyboard-interactive/,
    ],
    [
      'a second question',
      { login: 'keyboard-interactive', asksThen: 'One-time code: ' },
      {},
      'LOGIN_REFUSED',
      /One-time code/,
    ],
    [
      'a question for a new password',
      { login: 'keyboard-interactive', asksThen: 'New password: ' },
      {},
      'PASSWORD_EXPIRED',
      /wants a new password/,
    ],
    [
      'a password that has expired',
      { instead: 'new password' },
      {},
      'PASSWORD_EXPIRED',
      /wants a new password/,
    ],
    ['an account that may not log in', { instead: 'hang up' }, {}, 'ACCOUNT_REFUSED', /may not log in/],
    ['silence after the password', { instead: 'hang' }, {}, 'UNREACHABLE', /said nothing for 0.3 s/],
  ])('%s', async (_name, options, account, failure, words) => {
    const at = await machine(options);
    const given = { ...at.account, ...account };
    const opened = sshWith({ patience: IMPATIENT }).open(given, never);
    const error = await expectFailure(opened, failure, words);
    expect(error.hostKey).toBe(at.hostKey);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(given.password);
    // Given once, and to nothing but the question for it.
    expect(at.seen.passwords.length).toBeLessThanOrEqual(1);
    await expect.poll(() => at.connections).toBe(0);
  });

  test('what the machine says of the password is not told', async () => {
    const password = 'correct horse battery';
    const at = await machine({ login: 'keyboard-interactive', password, asksThen: `Code for ${password}: ` });
    const error = await expectFailure(enter(at), 'LOGIN_REFUSED', /asks for more than the password/);
    expect(error.message).not.toContain(password);
  });
});

describe('host keys', () => {
  test('the known one lets in', async () => {
    const at = await machine();
    const session = await sshWith().open({ ...at.account, hostKey: at.hostKey }, never);
    await session.close();
    expect(at.seen.logins).toBe(1);
  });

  test('the known one lets in where the machine has others that are liked better', async () => {
    const known = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
    const at = await machine({ hostKey: known, otherHostKeys: [newKey().private] });
    const first = await sshWith().open(at.account, never);
    expect(first.hostKey).toMatch(/^ssh-ed25519 /);
    await first.close();
    const session = await sshWith().open({ ...at.account, hostKey: at.hostKey }, never);
    expect(session.hostKey).toBe(at.hostKey);
    expect(session.hostKey).toMatch(/^ecdsa-sha2-nistp256 /);
    await session.close();
  });

  test('another one is refused before the password is given', async () => {
    const [before, after] = [await machine(), await machine()];
    const opened = sshWith().open({ ...after.account, hostKey: before.hostKey }, never);
    const error = await expectFailure(opened, 'HOST_KEY_CHANGED', /SHA256:\S{43} in place of SHA256:\S{43}/);
    expect(error.hostKey).toBeNull();
    expect(after.seen).toMatchObject({ logins: 0, passwords: [] });
  });
});

describe('no SSH', () => {
  test('a machine that hangs up at once is tried again, as it may let few log in at the same time', async () => {
    const at = await machine();
    const tries = { left: 2 };
    const front = await listener((socket) => {
      tries.left -= 1;
      if (tries.left >= 0) {
        socket.destroy();
        return;
      }
      const [host, port] = at.address.split(':');
      socket.pipe(net.connect(Number(port), host).on('error', () => socket.destroy())).pipe(socket);
    });
    const session = await sshWith().open({ ...at.account, address: front.address }, never);
    await session.close();
    expect(front.seen.connections).toBe(3);
  });

  const account = { role: 'the LCM', user: 'a', password: 'secret of mine', hostKey: null };

  test.each<[string, Parameters<typeof listener>[0], SshFailure, RegExp]>([
    ['hangs up at once', (socket) => socket.destroy(), 'DROPPED', /hung up before a log-in began/],
    ['is a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'DROPPED', /hung up/],
    ['speaks on and on', (socket) => socket.write('x\r\n'.repeat(5_000)), 'REFUSED', /does not speak SSH/],
    ['speaks SSH 1', (socket) => socket.write('SSH-1.5-old\r\n'), 'REFUSED', /does not speak SSH/],
    ['never speaks', () => undefined, 'UNREACHABLE', /said nothing for 0.3 s/],
    ['never ends its first line', drip, 'UNREACHABLE', /took longer than 1 s/],
  ])('what %s', async (_name, serve, failure, words) => {
    const at = await listener(serve);
    const patience = { silence: 300, within: 1_000 };
    const opened = sshWith({ patience }).open({ ...account, address: at.address }, never);
    const error = await expectFailure(opened, failure, words);
    expect(error.hostKey).toBeNull();
    expect(error.message).not.toContain(account.password);
  });

  test('a closed port, a name that nobody knows, and no address at all', async () => {
    const at = await listener(() => undefined);
    await at.close();
    const open = (address: string) => sshWith().open({ ...account, address }, never);
    await expectFailure(open(at.address), 'REFUSED', /refuses connections/);
    await expectFailure(open('no.such.invalid'), 'UNREACHABLE', /nobody knows/);
    for (const address of ['', 'a b', 'host:0', 'host:65536', 'user@host', '[host]:22', 'http://host'])
      await expectFailure(open(address), 'UNREACHABLE', /no address/);
  });

  test('an address that is denied, literally and by name', async () => {
    const at = await machine();
    const addresses = new AddressPolicy(['10.0.0.0/8']);
    const opened = sshWith({ addresses }).open(at.account, never);
    await expect(opened).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
    const named = { ...at.account, address: at.address.replace('127.0.0.1', 'localhost') };
    await expect(sshWith({ addresses }).open(named, never)).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
    expect(at.connections).toBe(0);
  });

  test('a caller who goes away', async () => {
    const at = await listener(() => undefined);
    const leaving = new AbortController();
    const opened = sshWith().open({ ...account, address: at.address }, leaving.signal);
    await expect.poll(() => at.seen.connections).toBe(1);
    leaving.abort(new Error('gone'));
    await expect(opened).rejects.toThrow('gone');
  });
});

/** A byte now and then, which is never silence. */
function drip(socket: net.Socket): void {
  const timer = setInterval(() => socket.write('x'), 100);
  socket.on('close', () => clearInterval(timer));
}
