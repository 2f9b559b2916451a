import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseOpenrc } from '../../src/connectors/openstack/openrc.js';
import { loginOf } from '../../src/connectors/openstack/openrcLogin.js';
import { openSession } from '../../src/connectors/openstack/session.js';
import type { CloudKind, CloudSession } from '../../src/domains/datacenters/cloud.port.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { CLOUD_KINDS } from '../connectors/openstack/kinds.js';
import { LIMITS, readAll } from '../connectors/openstack/reading.js';
import { type Fault, Faults } from '../support/openstack/faults.js';
import { FakeLcm } from '../support/openstack/lcm.js';
import { given } from './given.js';

const login = loginOf(parseOpenrc(Buffer.from(given.text)));
let faults: Faults;

/** Real services take their time. */
const PATIENT = { ...LIMITS, patience: { step: 10_000, call: 60_000 } };
const IMPATIENT = { ...LIMITS, patience: { step: 8_000, call: 12_000 } };

async function open(limits = PATIENT): Promise<CloudSession> {
  const session = await openSession(
    {
      lcm: new FakeLcm(),
      login: { ...login, authUrl: faults.inFront(login.authUrl) },
      ca: null,
      isHere: true,
      addresses: new AddressPolicy([]),
      viaName: 'test',
      limits,
    },
    new AbortController().signal,
  );
  onTestFinished(() => session.close());
  return session;
}

beforeAll(async () => {
  faults = await Faults.before([new URL(login.authUrl).origin, ...(await originsOfServices())]);
});
afterEach(() => faults.clear());
afterAll(() => faults.close());

/** Where the catalog has them. */
async function originsOfServices(): Promise<string[]> {
  if (login.credentials.kind !== 'password') throw new Error('the openrc file must have a password');
  const { user, password, project } = login.credentials;
  const identity = { methods: ['password'], password: { user: { ...user, password } } };
  const answer = await fetch(`${login.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project } } }),
  });
  const { token } = (await answer.json()) as { token: { catalog: { endpoints: { url: string }[] }[] } };
  return token.catalog.flatMap(({ endpoints }) => endpoints.map(({ url }) => new URL(url).origin));
}

const LISTS: readonly [CloudKind, string][] = [
  ['tenants', '/v3/projects'],
  ['hosts', '/os-hypervisors/detail'],
  ['stacks', '/stacks'],
  ['servers', '/servers/detail'],
  ['volumes', '/volumes/detail'],
  ['quotas', '/os-quota-sets'],
  ['networks', '/networks'],
  ['images', '/images'],
];

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).toSorted();

test('through the faults, without one, every kind is read, by one token', async () => {
  const session = await open();
  for (const kind of CLOUD_KINDS) expect((await readAll(session, kind)).length).toBeGreaterThan(0);
});

describe.each(LISTS)('%s', (kind, path) => {
  test.each<Fault>([
    { fault: 'status', status: 503, retryAfter: 0, times: 1 },
    { fault: 'expired', times: 1 },
    { fault: 'reset', times: 1 },
    { fault: 'cut', times: 1 },
  ])('come whole after what passes: %j', async (fault) => {
    const session = await open();
    const before = await readAll(await open(), kind);
    faults.add({ ...fault, path });
    const after = await readAll(session, kind);
    expect(faults.hits).toBe(1);
    expect(idsOf(after)).toEqual(idsOf(before));
  });

  test.each<Fault>([{ fault: 'status', status: 500 }, { fault: 'half' }, { fault: 'html' }])(
    'fail where a service does not answer as it should: %j',
    async (fault) => {
      const session = await open();
      faults.add({ ...fault, path });
      await expect(readAll(session, kind)).rejects.toMatchObject({
        name: 'DomainError',
        code: expect.stringMatching(/^UPSTREAM_/),
      });
    },
  );
});

test.each<Fault>([{ fault: 'hang' }, { fault: 'stall' }, { fault: 'drip', ms: 50 }])(
  'a service that does not come to an end is given up: %j',
  async (fault) => {
    const session = await open(IMPATIENT);
    faults.add({ ...fault, path: '/servers/detail' });
    await expect(readAll(session, 'servers')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  },
);

test.each(['servers', 'volumes', 'images', 'networks'] as const)(
  '%s whose pages lead back fail',
  async (kind) => {
    const session = await open();
    faults.add({ fault: 'loop' });
    await expect(readAll(session, kind)).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  },
);

test('items that come twice, that nobody has heard of, or that are missing', async () => {
  const whole = await readAll(await open(), 'servers');
  faults.add({ fault: 'duplicate' });
  expect(await readAll(await open(), 'servers')).toHaveLength(whole.length);
  faults.clear();
  faults.add({ fault: 'lose', path: '/servers/detail', times: 1 });
  expect(await readAll(await open(), 'servers')).toHaveLength(whole.length - 1);
  faults.clear();
  const session = await open();
  faults.add({ fault: 'enum', path: '/servers/detail' });
  for (const { status, powerState } of await readAll(session, 'servers'))
    expect({ status, powerState }).toEqual({ status: 'QUANTUM_FLUX', powerState: 42 });
});

test('an older Nova tells the same, with flavors that are looked up', async () => {
  const modern = await readAll(await open(), 'servers');
  faults.add({ fault: 'microversion', max: '2.46' });
  const old = await readAll(await open(), 'servers');
  const known = old.filter(({ flavor }) => flavor.name !== null);
  expect(old).toHaveLength(modern.length);
  expect(known.length).toBeGreaterThan(old.length / 2);
  for (const server of known) {
    const { flavor } = modern.find(({ id }) => id === server.id) ?? {};
    expect(flavor).toEqual({ ...server.flavor, id: null });
  }
});
