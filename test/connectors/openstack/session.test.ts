import { describe, expect, onTestFinished, test } from 'vitest';
import { endpointOf } from '../../../src/connectors/openstack/catalog.js';
import { Keystone } from '../../../src/connectors/openstack/keystone.js';
import { isAtLeast, negotiated } from '../../../src/connectors/openstack/microversion.js';
import { Ways } from '../../../src/connectors/openstack/ways.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { PASSWORD } from '../../support/openstack/keystone.js';
import { FakeLcm } from '../../support/openstack/lcm.js';
import { project, server, smallWorld } from '../../support/openstack/world.js';
import { CLOUD_KINDS } from './kinds.js';
import { LIMITS, loginTo, open, openFake, readAll, startFake } from './reading.js';

describe('the token', () => {
  test('is one for a whole run', async () => {
    const { fake, session } = await openFake();
    for (const kind of CLOUD_KINDS) await readAll(session, kind);
    expect(fake.keystone.logIns).toBe(1);
  });

  test('is renewed before it ends, by the life that it has rather than by clocks', async () => {
    const { fake, session } = await openFake({ tokenSeconds: 1 });
    await readAll(session, 'hosts');
    expect(fake.keystone.logIns).toBe(1);
    // A tenth of its life is left for requests under way.
    await expect.poll(() => readAll(session, 'aggregates').then(() => fake.keystone.logIns)).toBe(2);
    expect(fake.refusals).toBe(0);
  });

  test('that a service no longer knows is renewed once, however many requests it fails', async () => {
    const world = smallWorld();
    world.projects = Array.from({ length: 20 }, (_, index) => project(`${index}`));
    const { fake, session } = await openFake({ world });
    await readAll(session, 'tenants');
    fake.keystone.forgetTokens();
    expect(await readAll(session, 'quotas')).toHaveLength(20);
    expect(fake.keystone.logIns).toBe(2);
    expect(fake.refusals).toBeLessThanOrEqual(8);
  });

  test('that two requests find refused in the same moment is renewed once', async () => {
    const fake = await startFake();
    const { agents } = new FakeLcm();
    const { patience, mostBytes, connections, direct } = LIMITS;
    const http = { patience, mostBytes, connections, system: 'openstack' as const, viaName: 'test' };
    const ways = new Ways({ addresses: new AddressPolicy([]), isHere: true, direct, agents, http });
    onTestFinished(() => ways.close());
    const keystone = new Keystone(loginTo(fake.authUrl), ways, new AbortController().signal);
    const refused = await keystone.token();
    const [one, other] = await Promise.all([keystone.tokenAfter(refused), keystone.tokenAfter(refused)]);
    expect(one).toBe(other);
    expect(one).not.toBe(refused);
    expect(fake.keystone.logIns).toBe(2);
  });

  test('that is refused again fails', async () => {
    const { fake, faults, session } = await openFake();
    faults.add({ fault: 'expired', path: '/compute' });
    await expect(readAll(session, 'hosts')).rejects.toMatchObject({ details: { upstream: { status: 401 } } });
    expect(fake.keystone.logIns).toBeLessThanOrEqual(3);
  });

  test('is got anew after a log-in that failed', async () => {
    const { fake, faults, session } = await openFake();
    fake.keystone.forgetTokens();
    faults.add({ fault: 'html', path: '/auth/tokens', times: 1 });
    await expect(readAll(session, 'aggregates')).rejects.toThrow('Keystone');
    expect(await readAll(session, 'aggregates')).toHaveLength(1);
  });

  test('of an application credential asks for no project', async () => {
    const fake = await startFake();
    const credentials = { kind: 'applicationCredential', credential: { id: 'c' }, secret: PASSWORD } as const;
    const session = await open(fake.authUrl, { login: { ...loginTo(fake.authUrl), credentials } });
    expect(await readAll(session, 'servers')).toHaveLength(2);
  });
});

describe('opening fails', () => {
  test('with a wrong password', async () => {
    const fake = await startFake();
    const login = loginTo(fake.authUrl);
    const credentials = { ...login.credentials, password: 'guess' } as typeof login.credentials;
    const opening = open(fake.authUrl, { login: { ...login, credentials } });
    await expect(opening).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: `Keystone at ${fake.authUrl} refuses the account of the openrc file`,
    });
    expect(fake.keystone.logIns).toBe(1);
  });

  test.each([
    [{ fault: 'status', status: 404 } as const, 'answered 404 for a token'],
    [{ fault: 'body', body: '{}' } as const, 'answered 200 for a token'],
    [{ fault: 'half' } as const, 'no JSON'],
    [{ fault: 'status', status: 503, retryAfter: 0 } as const, 'answered 503'],
  ])('when Keystone does so: %j', async (fault, message) => {
    await expect(openFake({}, {}, { ...fault, path: '/auth/tokens' })).rejects.toThrow(message);
  });

  test('where the catalog has no Nova for the interface and the region', async () => {
    const fake = await startFake();
    const login = { ...loginTo(fake.authUrl), interface: 'admin', region: 'North' };
    await expect(open(fake.authUrl, { login })).rejects.toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      message: expect.stringContaining('a catalog without Nova for the interface admin in the region North'),
    });
    await expect(openFake({ missing: ['compute'] })).rejects.toThrow('a catalog without Nova');
  });

  test('at once when it is given up', async () => {
    const fake = await startFake();
    const given = new AbortController();
    given.abort(new Error('given up'));
    await expect(open(fake.authUrl, {}, given.signal)).rejects.toThrow();
    expect(fake.requests).toEqual([]);
  });
});

test('a run that is given up ends what it reads', async () => {
  const { faults, fake } = await openFake();
  const given = new AbortController();
  const session = await open(faults.inFront(fake.authUrl), {}, given.signal);
  faults.add({ fault: 'hang', path: '/servers' });
  const reading = readAll(session, 'servers');
  await expect.poll(() => faults.hits).toBe(1);
  given.abort();
  await expect(reading).rejects.toThrow();
});

test('at most 8 requests are under way at once', async () => {
  const world = smallWorld();
  world.projects = Array.from({ length: 60 }, (_, index) => project(`${index}`));
  const { fake, session } = await openFake({ world, latency: 50 });
  const kinds = ['quotas', 'servers', 'volumes'] as const;
  // A machine that is busy may answer before so many have been asked; more than 8 are never forgotten.
  const peak = async () => {
    await Promise.all(kinds.map(async (kind) => readAll(session, kind)));
    return fake.peak;
  };
  await expect.poll(peak).toBe(8);
});

test('user data is in no item', async () => {
  const world = smallWorld();
  world.servers = [server('a', { 'OS-EXT-SRV-ATTR:user_data': 'x'.repeat(87_384), user_data: 'secret' })];
  const { session } = await openFake({ world });
  const [first] = await readAll(session, 'servers');
  expect(JSON.stringify(first).length).toBeLessThan(1000);
});

describe('endpoints are reached', () => {
  const lcmWith = (fake: { url: string }, name: string) =>
    new FakeLcm({}, { [name]: { host: '127.0.0.1', port: Number(new URL(fake.url).port) } });

  test('directly where that works, for the whole run', async () => {
    const fake = await startFake();
    const lcm = new FakeLcm();
    const session = await open(fake.authUrl, { lcm });
    for (const kind of CLOUD_KINDS) await readAll(session, kind);
    expect(lcm.tunnelled).toEqual([]);
  });

  test('through the LCM where a name is known there alone', async () => {
    const fake = await startFake();
    const lcm = lcmWith(fake, 'controller.invalid:5000');
    const session = await open('http://controller.invalid:5000/identity/v3', { lcm });
    expect(await readAll(session, 'tenants')).toHaveLength(2);
    expect(new Set(lcm.tunnelled)).toEqual(new Set(['controller.invalid:5000']));
  });

  test('through the LCM where nothing answers in time', async () => {
    const fake = await startFake();
    const lcm = lcmWith(fake, '192.0.2.77:5000');
    const limits = { ...LIMITS, direct: 50 };
    const session = await open('http://192.0.2.77:5000/identity/v3', { lcm, limits });
    expect(await readAll(session, 'tenants')).toHaveLength(2);
    expect(lcm.tunnelled.length).toBeGreaterThan(0);
  });

  test('through the LCM where they may not be reached from here', async () => {
    const fake = await startFake();
    const addresses = new AddressPolicy(['203.0.113.0/24']);
    const lcm = new FakeLcm();
    const session = await open(fake.authUrl, { lcm, addresses });
    expect(await readAll(session, 'tenants')).toHaveLength(2);
    expect(lcm.tunnelled.length).toBeGreaterThan(0);
  });

  test.each(['localhost', '127.0.0.1', '0.0.0.0', '[::ffff:127.0.0.1]', 'LOCALHOST.'])(
    'through the LCM where they are its own, which are not those of this machine: %s',
    async (host) => {
      const fake = await startFake();
      const { port } = new URL(fake.url);
      const { hostname } = new URL(`http://${host}`);
      const name = hostname.replace(/^\[(.*)\]$/, '$1');
      const lcm = lcmWith(fake, `${name}:${port}`);
      await open(`http://${host}:${port}/identity/v3`, { lcm, isHere: false });
      expect(lcm.tunnelled).toContain(`${name}:${port}`);
    },
  );

  test('never where clouds keep credentials of machines', async () => {
    const lcm = new FakeLcm();
    const opening = open('http://169.254.169.254/identity/v3', { lcm });
    await expect(opening).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
    expect(lcm.tunnelled).toEqual([]);
  });
});

describe('endpointOf', () => {
  const at = (type: string, url: string, more = {}) => [
    { type, endpoints: [{ interface: 'public', url, region_id: 'R', ...more }] },
  ];
  test.each([
    ['Nova', 'compute', 'http://h:8774/v2.1', 'http://h:8774/v2.1'],
    ['Nova', 'compute', 'http://h/compute/v2.1/p/', 'http://h/compute/v2.1/p'],
    ['Nova', 'compute', 'http://h/compute', 'http://h/compute/v2.1'],
    ['Cinder', 'block-storage', 'https://h/volume/v3', 'https://h/volume/v3'],
    ['Cinder', 'volumev3', 'http://h:8776/', 'http://h:8776/v3/p'],
    ['Neutron', 'network', 'http://h:9696', 'http://h:9696/v2.0'],
    ['Neutron', 'network', 'http://h:9696/v2.0/', 'http://h:9696/v2.0'],
    ['Glance', 'image', 'http://h/image', 'http://h/image/v2'],
    ['Glance', 'image', 'http://h:9292/v1', 'http://h:9292/v2'],
    ['Keystone', 'identity', 'http://h:5000/v2.0', 'http://h:5000/v3'],
    ['Keystone', 'identity', 'http://h/identity/v3/', 'http://h/identity/v3'],
    ['Heat', 'orchestration', 'http://h:8004/v1/p', 'http://h:8004/v1/p'],
    ['Placement', 'placement', 'http://h/placement/', 'http://h/placement'],
  ] as const)('%s of %s at %s', (service, type, url, expected) => {
    const found = endpointOf(at(type, url), service, { interface: null, region: null }, 'p');
    expect(found?.href.replace(/\/$/, '')).toBe(expected);
  });

  test.each([
    [{ interface: 'publicURL', region: 'R' }, true],
    [{ interface: 'internal', region: null }, false],
    [{ interface: null, region: 'other' }, false],
  ])('%j', (choice, isFound) => {
    expect(endpointOf(at('compute', 'http://h'), 'Nova', choice, 'p') !== undefined).toBe(isFound);
  });

  test.each(['ftp://h/v2.1', 'no address', 'file:///etc/passwd', ''])('none at %j', (url) => {
    expect(endpointOf(at('compute', url), 'Nova', { interface: null, region: null }, 'p')).toBeUndefined();
  });
});

test.each([
  ['2.93', [2, 87]],
  ['2.87', [2, 87]],
  ['2.9', [2, 9]],
  ['2.100', [2, 87]],
  ['3.0', [2, 87]],
  ['', undefined],
  [null, undefined],
  ['x', undefined],
])('of a Nova that offers %j, %j is spoken', (offered, spoken) => {
  expect(negotiated(offered)).toEqual(spoken);
});

test('microversions are ordered as numbers', () => {
  expect(isAtLeast([2, 9], [2, 47])).toBe(false);
  expect(isAtLeast([2, 47], [2, 47])).toBe(true);
  expect(isAtLeast([3, 0], [2, 47])).toBe(true);
});
