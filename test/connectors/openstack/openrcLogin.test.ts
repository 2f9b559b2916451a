import { describe, expect, test } from 'vitest';
import { loginOf } from '../../../src/connectors/openstack/openrcLogin.js';

const GOOD = {
  OS_AUTH_URL: 'http://keystone:5000/v3',
  OS_USERNAME: 'admin',
  OS_PASSWORD: 'secret',
  OS_PROJECT_NAME: 'admin',
};
const login = (more: Record<string, string | undefined> = {}) =>
  loginOf(new Map(Object.entries({ ...GOOD, ...more })));
const DEFAULT = { id: 'default' };

describe('an account', () => {
  test.each<[string, Record<string, string>, object]>([
    [
      'in the domain default',
      {},
      {
        kind: 'password',
        user: { name: 'admin', domain: DEFAULT },
        password: 'secret',
        project: { name: 'admin', domain: DEFAULT },
      },
    ],
    [
      'in domains by name',
      { OS_USER_DOMAIN_NAME: 'U', OS_PROJECT_DOMAIN_NAME: 'P' },
      { user: { name: 'admin', domain: { name: 'U' } }, project: { name: 'admin', domain: { name: 'P' } } },
    ],
    [
      'in domains by id',
      { OS_USER_DOMAIN_ID: 'u', OS_PROJECT_DOMAIN_ID: 'p' },
      { user: { name: 'admin', domain: { id: 'u' } }, project: { name: 'admin', domain: { id: 'p' } } },
    ],
    ['by ids', { OS_USER_ID: '1', OS_PROJECT_ID: '2' }, { user: { id: '1' }, project: { id: '2' } }],
    [
      'of old names',
      { OS_PROJECT_NAME: '', OS_TENANT_NAME: 'old' },
      { project: { name: 'old', domain: DEFAULT } },
    ],
    [
      'of an application',
      { OS_APPLICATION_CREDENTIAL_ID: 'i', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
      { kind: 'applicationCredential', credential: { id: 'i' }, secret: 's' },
    ],
    [
      'of an application by name',
      { OS_APPLICATION_CREDENTIAL_NAME: 'n', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
      { credential: { name: 'n', user: { name: 'admin', domain: DEFAULT } } },
    ],
  ])('%s', (_name, more, expected) => {
    expect(login(more).credentials).toMatchObject(expected);
  });

  test.each<[Record<string, string | undefined>, RegExp]>([
    [
      { OS_AUTH_TYPE: 'v3applicationcredential' },
      /OS_APPLICATION_CREDENTIAL_NAME, OS_APPLICATION_CREDENTIAL_SECRET/,
    ],
    [{ OS_PASSWORD: undefined, OS_USERNAME: '' }, /OS_USERNAME, OS_PASSWORD \(its value/],
    [{ OS_AUTH_URL: 'ftp://keystone' }, /OS_AUTH_URL/],
    [{ OS_AUTH_URL: 'http://a:b@keystone/v3' }, /OS_AUTH_URL/],
  ])('but not of %j', (more, complaint) => {
    expect(() => login(more)).toThrow(complaint);
  });
});

test.each([
  ['http://keystone:5000', 'http://keystone:5000/v3'],
  ['http://keystone:5000/', 'http://keystone:5000/v3'],
  ['http://keystone:5000/v2.0', 'http://keystone:5000/v3'],
  ['http://keystone:5000/v2.0/', 'http://keystone:5000/v3'],
  ['http://keystone:5000/v3/', 'http://keystone:5000/v3'],
  ['https://cloud/identity', 'https://cloud/identity/v3'],
  ['https://cloud/identity/v3', 'https://cloud/identity/v3'],
  ['https://[fd00::1]:5000/v3', 'https://[fd00::1]:5000/v3'],
])('the identity service of %s is at %s', (url, expected) => {
  expect(login({ OS_AUTH_URL: url }).authUrl).toBe(expected);
});

test('what chooses the endpoint, and vouches for it', () => {
  expect(login()).toMatchObject({ interface: null, region: null, caPath: null });
  const chosen = { OS_INTERFACE: 'internal', OS_REGION_NAME: 'One', OS_CACERT: '/ca.pem' };
  expect(login(chosen)).toMatchObject({ interface: 'internal', region: 'One', caPath: '/ca.pem' });
  expect(login({ OS_ENDPOINT_TYPE: 'adminURL' }).interface).toBe('admin');
});
