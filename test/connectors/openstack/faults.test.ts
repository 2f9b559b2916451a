import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CLOUD_KINDS } from './kinds.js';
import { LIMITS, type Fault, openFake, readAll } from './reading.js';
import { server, smallWorld } from '../../support/openstack/world.js';

/** Long enough for what is well, on a busy machine too. */
const IMPATIENT = { limits: { ...LIMITS, patience: { step: 2_000, call: 5_000 } } };

/** Enough for several pages. */
function worldOf(servers: number) {
  const world = smallWorld();
  world.servers = Array.from({ length: servers }, (_, index) => server(`${index}`));
  return world;
}

describe('what passes is tried again', () => {
  test.each<Fault>([
    { fault: 'status', status: 500 },
    { fault: 'status', status: 503, retryAfter: 0 },
    { fault: 'status', status: 429, retryAfter: 0 },
    { fault: 'status', status: 413, retryAfter: 0 },
    { fault: 'reset' },
    { fault: 'cut' },
    { fault: 'delay', ms: 100 },
  ])('%j', async (fault) => {
    const { faults, session } = await openFake({ world: worldOf(45) });
    faults.add({ ...fault, times: 2, path: '/servers/detail' });
    expect(await readAll(session, 'servers')).toHaveLength(45);
    expect(faults.hits).toBe(2);
  });

  test('what came before a page broke off is given on at once, and does not come again', async () => {
    const { faults, session } = await openFake({ world: worldOf(200), pageSize: 1_000 });
    faults.add({ fault: 'cut', times: 2, path: '/servers/detail' });
    const ids: string[] = [];
    const hits: number[] = [];
    for await (const part of session.read('servers')) {
      ids.push(...part.map(({ id }) => id));
      hits.push(faults.hits);
    }
    expect(hits[0]).toBe(1);
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
    expect(faults.hits).toBe(2);
  });

  test('a service that wants to be left alone for long is', async () => {
    const { faults, session } = await openFake();
    faults.add({ fault: 'status', status: 503, retryAfter: 60 });
    await expect(readAll(session, 'servers')).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      details: { retryAfter: 60 },
    });
    expect(faults.hits).toBe(1);
  });
});

test('whoever takes a page has more time than a service has to send it', async () => {
  const { session } = await openFake({ world: worldOf(200), pageSize: 1_000 }, IMPATIENT);
  let count = 0;
  for await (const part of session.read('servers')) {
    if (count === 0) await setTimeout(IMPATIENT.limits.patience.step * 1.25);
    count += part.length;
  }
  expect(count).toBe(200);
});

describe('what stays fails, naming the service and what was asked for', () => {
  test.each<[Fault, string, RegExp]>([
    [
      { fault: 'status', status: 500 },
      'UPSTREAM_ERROR',
      /^Nova at .* answered 500 for servers\/detail: injected/,
    ],
    [{ fault: 'status', status: 404 }, 'UPSTREAM_ERROR', /^Nova at .* answered 404 for servers\/detail/],
    [{ fault: 'expired' }, 'UPSTREAM_ERROR', /^Nova at .* answered 401/],
    [{ fault: 'hang' }, 'UPSTREAM_TIMEOUT', /^Nova at .* did not answer in time/],
    [{ fault: 'stall' }, 'UPSTREAM_TIMEOUT', /^Nova at .* stopped in the middle/],
    [{ fault: 'drip', ms: 20 }, 'UPSTREAM_TIMEOUT', /^Nova at .* did not answer in time/],
    [{ fault: 'reset' }, 'UPSTREAM_PROTOCOL', /^Nova at .* hung up before it answered/],
    [{ fault: 'cut' }, 'UPSTREAM_PROTOCOL', /^Nova at .* broke off/],
    [{ fault: 'half' }, 'UPSTREAM_PROTOCOL', /^Nova at .* no JSON for servers\/detail/],
    [{ fault: 'html' }, 'UPSTREAM_PROTOCOL', /^Nova at .* no JSON for servers\/detail/],
    [{ fault: 'loop' }, 'UPSTREAM_PROTOCOL', /servers\/detail/],
    [
      { fault: 'nulls' },
      'UPSTREAM_PROTOCOL',
      /^Nova at .* does not answer as OpenStack does for servers\/detail/,
    ],
    [{ fault: 'delay', ms: 4000 }, 'UPSTREAM_TIMEOUT', /^Nova at .* did not answer in time/],
  ])('%j', async (fault, code, message) => {
    const isLate = code === 'UPSTREAM_TIMEOUT';
    const { faults, session } = await openFake({ world: worldOf(45) }, isLate ? IMPATIENT : {});
    faults.add({ ...fault, path: '/servers/detail' });
    await expect(readAll(session, 'servers')).rejects.toMatchObject({
      name: 'DomainError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('a page that leads back to itself, behind a marker', async () => {
    const { faults, session } = await openFake({ world: worldOf(45) });
    faults.add({ fault: 'loop', path: 'marker=' });
    await expect(readAll(session, 'servers')).rejects.toThrow('leads back to a page before');
  });
});

describe('what is odd is borne', () => {
  test('items that come twice count once', async () => {
    const { faults, session } = await openFake({ world: worldOf(45) });
    faults.add({ fault: 'duplicate' });
    expect(await readAll(session, 'servers')).toHaveLength(45);
  });

  test('an item without a detail is as good as another, and one that is missing is missing', async () => {
    const { faults, session } = await openFake({ world: worldOf(5) });
    faults.add({ fault: 'vanish', path: '/servers/detail', times: 1 });
    expect(await readAll(session, 'servers')).toHaveLength(6);
    faults.add({ fault: 'lose', path: '/servers/detail' });
    expect(await readAll(session, 'servers')).toHaveLength(4);
  });

  test('values that nobody has heard of come as they are', async () => {
    const { faults, session } = await openFake();
    faults.add({ fault: 'enum' });
    expect((await readAll(session, 'servers'))[0]).toMatchObject({ status: 'QUANTUM_FLUX', powerState: 42 });
    expect((await readAll(session, 'volumes'))[0]).toMatchObject({
      status: 'QUANTUM_FLUX',
      type: 'QUANTUM_FLUX',
    });
    expect((await readAll(session, 'hosts'))[0]).toMatchObject({ isUp: false, isEnabled: false });
  });

  test('a service that knows fewer microversions is asked for those', async () => {
    const { session } = await openFake({ microversion: '2.93' }, {}, { fault: 'microversion', max: '2.46' });
    const [first] = await readAll(session, 'servers');
    expect(first?.flavor).toMatchObject({ id: 'flavor-nfv.4', vcpus: 4 });
  });

  test('50 MB of servers on one page come in parts', async () => {
    const { faults, session } = await openFake();
    faults.add({ fault: 'huge', path: '/servers/detail', mb: 50 });
    let count = 0;
    for await (const page of session.read('servers')) {
      expect(page.length).toBeLessThanOrEqual(1000);
      count += page.length;
    }
    expect(count).toBeGreaterThan(50_000);
  });

  test('texts with NUL, of half a character, and without an end', async () => {
    const world = worldOf(1);
    const metadata = { 'metering.stack': 's'.repeat(5_000) };
    world.servers[0] = server('odd', {
      name: `a\u0000b\uD800${'x'.repeat(100_000)}`,
      metadata,
      fault: 'none',
    });
    const { session } = await openFake({ world });
    const [odd] = await readAll(session, 'servers');
    expect(odd?.name).toMatch(/^a\uFFFDb\uFFFDx+$/);
    expect(odd?.name.length).toBe(255);
    expect(odd?.stackId?.length).toBe(255);
  });

  test('numbers that are none, and that are too large', async () => {
    const world = worldOf(1);
    world.servers[0] = server('odd', {
      'OS-EXT-STS:power_state': 'up',
      flavor: { vcpus: 1e300, ram: -5.5, disk: '40', original_name: 7 },
    });
    const { session } = await openFake({ world });
    expect((await readAll(session, 'servers'))[0]).toMatchObject({
      powerState: null,
      flavor: { name: null, vcpus: 2 ** 31 - 1, memoryMb: -5, diskGb: 0 },
    });
  });

  test('an item of more than a mebibyte fails', async () => {
    const world = worldOf(1);
    world.servers[0] = server('odd', { description: 'x'.repeat(1_100_000) });
    const { session } = await openFake({ world });
    await expect(readAll(session, 'servers')).rejects.toThrow('has an item of more than 1048576 bytes');
  });
});

describe('what the account may not read', () => {
  test.each([
    ['hosts', 'os_compute_api:os-services:list'],
    ['servers', 'os_compute_api:servers:detail:get_all_tenants'],
  ] as const)('%s fail, naming the right', async (kind, right) => {
    const { session } = await openFake({ isAdmin: false });
    await expect(readAll(session, kind)).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: expect.stringContaining(`answered 403`),
      details: { upstream: { status: 403 } },
    });
    await expect(readAll(session, kind)).rejects.toThrow(`needs the right ${right}`);
  });

  test('names of domains are left out', async () => {
    const { faults, session } = await openFake();
    faults.add({ fault: 'status', status: 403, path: '/domains' });
    expect((await readAll(session, 'tenants'))[0]).toMatchObject({ name: 'admin', domainName: null });
  });
});

test.each(CLOUD_KINDS)('secrets are in no failure of %s', async (kind) => {
  const { fake, faults, session } = await openFake();
  faults.add({ fault: 'echo' });
  const error: unknown = await readAll(session, kind).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DomainError' });
  expect(fake.keystone.tokens).toHaveLength(1);
  for (const token of fake.keystone.tokens)
    expect(JSON.stringify(error) + String(error)).not.toContain(token);
});

test('a service that the catalog has no longer after a renewal fails', async () => {
  const { fake, session } = await openFake();
  fake.keystone.forgetTokens();
  Object.assign(fake.options, { missing: ['network'] });
  await expect(readAll(session, 'networks')).rejects.toThrow('a catalog without Neutron');
});
