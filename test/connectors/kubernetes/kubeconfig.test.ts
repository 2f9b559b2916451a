import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readAccess } from '../../../src/connectors/kubernetes/access.js';
import { DomainError } from '../../../src/kernel/errors.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { CA, IDENTITY } from '../../support/kubernetes/server.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const open = new AddressPolicy([]);

interface Parts {
  cluster?: object;
  user?: object;
  config?: object;
}

function configOf({ cluster, user, config }: Parts = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
    clusters: [{ name: 'lab', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'admin', user: user ?? { token: 'secret-token' } }],
    ...config,
  });
}

/** The message of the refusal, which must be one that the caller can do something about. */
async function refusal(kubeconfig: string, policy = open): Promise<string> {
  try {
    await readAccess(kubeconfig, policy);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).not.toContain('secret');
    return error.message;
  }
  throw new Error('it was accepted');
}

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  .join('\n')}\n`;

const texts: [string, string, string][] = [
  ['nothing', '', 'is no kubeconfig'],
  ['a list', '- a\n- b', 'is no kubeconfig'],
  ['a word', 'secret', 'is no kubeconfig'],
  ['no YAML', 'a: 1\nb: "secret', 'is no valid YAML: line 2'],
  ['a tab for an indent', 'clusters:\n\t- secret: 1', 'is no valid YAML: line 2'],
  ['the same key twice', 'a: 1\na: 2', 'is no valid YAML: line 2'],
  ['two documents', `${configOf()}---\n${configOf()}`, 'is no valid YAML: line'],
  ['too much', `# ${'x'.repeat(262_144)}`, 'is larger than 262144 bytes'],
  ['aliases', bomb, 'must not use YAML aliases'],
  ['deep nesting', '['.repeat(100_000), 'kubeconfig:'],
];

test.each(texts)('a kubeconfig of %s is refused', async (_what, text, reason) => {
  expect(await refusal(text)).toContain(reason);
});

const contexts: [string, object, string][] = [
  ['no current context', { 'current-context': null }, 'has no current-context'],
  ['an empty current context', { 'current-context': '' }, 'has no current-context'],
  ['a current context that is no text', { 'current-context': 5 }, 'current-context is not what'],
  ['an unknown current context', { 'current-context': 'elsewhere' }, 'has no context "elsewhere"'],
  ['no contexts', { contexts: null }, 'has no context "lab"'],
  ['contexts that are no list', { contexts: {} }, 'contexts is not what'],
  [
    'a context without a cluster',
    { contexts: [{ name: 'lab', context: { user: 'admin' } }] },
    'names no cluster',
  ],
  ['a context without a user', { contexts: [{ name: 'lab', context: { cluster: 'lab' } }] }, 'names no user'],
  ['a context without anything', { contexts: [{ name: 'lab' }] }, 'the context "lab"'],
  ['a missing cluster', { clusters: [] }, 'has no cluster "lab"'],
  ['a missing user', { users: [] }, 'has no user "admin"'],
];

test.each(contexts)('one with %s is refused', async (_what, config, reason) => {
  expect(await refusal(configOf({ config }))).toContain(reason);
});

const users: [string, object, string][] = [
  ['a command', { token: 'x', exec: { command: 'secret' } }, 'runs a command (exec)'],
  ['a command that is no mapping', { token: 'x', exec: 'secret' }, 'runs a command (exec)'],
  ['a plugin', { 'auth-provider': { name: 'gcp' } }, 'uses a plugin (auth-provider)'],
  ['a token file', { token: 'x', tokenFile: '/etc/secret' }, 'names a file (tokenFile)'],
  ['a certificate file', { 'client-certificate': '/etc/secret' }, 'names a file (client-certificate)'],
  ['a key file', { 'client-key': '/etc/secret' }, 'names a file (client-key)'],
  ['impersonation', { token: 'x', as: 'root' }, 'impersonates'],
  ['impersonated groups', { token: 'x', 'as-groups': ['system:masters'] }, 'impersonates'],
  ['nothing', {}, 'has no token, client certificate or password'],
  ['an empty token', { token: '' }, 'has no token, client certificate or password'],
  ['a token that is no text', { token: 12 }, 'token of the user "admin"'],
  ['a token of two lines', { token: 'secret\nsecret' }, 'characters that a token'],
  ['a certificate without a key', { 'client-certificate-data': base64(CA) }, 'together'],
  ['a key without a certificate', { 'client-key-data': base64(IDENTITY.key) }, 'together'],
  ['a certificate that is no base64', { 'client-certificate-data': '!' }, 'no PEM in base64'],
  [
    'a certificate that the key does not fit',
    { 'client-certificate-data': base64(CA), 'client-key-data': base64(IDENTITY.key) },
    "can't be used",
  ],
];

test.each(users)('a user with %s is refused', async (_what, user, reason) => {
  expect(await refusal(configOf({ user }))).toContain(reason);
});

const clusters: [string, object, string][] = [
  ['no server', { server: null }, 'has no server'],
  ['a server that is no URL', { server: 'secret' }, 'is no http or https URL'],
  ['a server of another kind', { server: 'file:///etc/secret' }, 'is no http or https URL'],
  ['a password in its server', { server: 'https://a:secret@10.0.0.1' }, 'neither user info'],
  ['a query in its server', { server: 'https://10.0.0.1/?secret=1' }, 'neither user info'],
  ['a link-local server', { server: 'https://169.254.169.254' }, 'address that platforms must not have'],
  [
    'a link-local server in disguise',
    { server: 'http://0xa9fea9fe' },
    'address that platforms must not have',
  ],
  ['a link-local IPv6 server', { server: 'https://[fe80::1]:6443' }, 'address that platforms must not have'],
  ['an authority file', { 'certificate-authority': '/etc/secret' }, 'names a file (certificate-authority)'],
  ['an authority that is no base64', { 'certificate-authority-data': '-----BEGIN' }, 'no PEM in base64'],
  ['an authority that is no PEM', { 'certificate-authority-data': base64('secret') }, 'no PEM in base64'],
  [
    'a damaged authority',
    {
      'certificate-authority-data': base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    },
    "can't be used",
  ],
  ['a proxy', { 'proxy-url': 'http://secret:3128' }, 'asks for a proxy'],
];

test.each(clusters)('a cluster with %s is refused', async (_what, cluster, reason) => {
  expect(await refusal(configOf({ cluster }))).toContain(reason);
});

test('a cluster outside the allowed networks is refused', async () => {
  expect(await refusal(configOf(), new AddressPolicy(['192.168.0.0/16']))).toContain('must not have');
  expect((await readAccess(configOf(), new AddressPolicy(['10.0.0.0/8']))).server).toBe(
    'https://10.0.0.1:6443',
  );
});

test.each([
  ['a token', { token: 'secret-token\n' }, 'Bearer secret-token'],
  ['a name and a password', { username: 'a', password: 'b:c' }, `Basic ${base64('a:b:c')}`],
  [
    'a client certificate',
    { 'client-certificate-data': base64(IDENTITY.cert), 'client-key-data': base64(IDENTITY.key) },
    null,
  ],
  ['a token beside empty keys', { token: 'a', exec: null, tokenFile: '', 'client-key': '' }, 'Bearer a'],
])('a user with %s is accepted', async (_what, user, authorization) => {
  expect((await readAccess(configOf({ user }), open)).authorization).toBe(authorization);
});

test('a path, a server name and unverified certificates are kept', async () => {
  const cluster = {
    server: 'https://rancher.example/k8s/clusters/c-1/',
    'tls-server-name': 'kubernetes',
    'insecure-skip-tls-verify': true,
  };
  const access = await readAccess(configOf({ cluster }), open);
  expect(access.server).toBe('https://rancher.example/k8s/clusters/c-1');
  expect(access.tls).toMatchObject({ verify: false, serverName: 'kubernetes' });
});

test('what other contexts have does not matter', async () => {
  const config = {
    users: [
      { name: 'admin', user: { token: 'a' } },
      { name: 'cloud', user: { exec: { command: 'aws' } } },
    ],
  };
  expect((await readAccess(configOf({ config }), open)).authorization).toBe('Bearer a');
});
