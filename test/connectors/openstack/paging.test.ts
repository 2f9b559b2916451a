import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CloudKind } from '../../../src/domains/datacenters/cloud.port.js';
import { pageOf } from '../../support/openstack/answers.js';
import { FakeOpenStack } from '../../support/openstack/fakeOpenStack.js';
import {
  type World,
  flavor,
  hypervisor,
  network,
  port,
  server,
  service,
  smallWorld,
  stack,
  volume,
} from '../../support/openstack/world.js';
import { open, openFake, readAll, startFake } from './reading.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

/** How many of each kind, and the world that has them. */
function worldOf(count: number): World {
  return {
    ...smallWorld(),
    services: upTo(count).map((each) => service(each)),
    hypervisors: upTo(count).map((each) => hypervisor(each)),
    flavors: upTo(count).map((each) => flavor(each)),
    servers: upTo(count).map((each) => server(each)),
    volumes: upTo(count).map((each) => volume(each)),
    types: upTo(count).map((each) => ({ id: each, name: each })),
    networks: upTo(count).map((each) => network(each)),
    ports: upTo(count).map((each) => port(each, ['10.0.0.1'])),
    images: upTo(count).map((each) => ({ id: each, name: each, status: 'active', size: 1 })),
    stacks: upTo(count).map((each) => stack(each)),
    resources: {},
  };
}

const PAGED = [
  'hosts',
  'flavors',
  'servers',
  'volumes',
  'volumeTypes',
  'networks',
  'images',
  'stacks',
] as const;

test('every list comes whole, each item once, whatever the size of pages', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<CloudKind>(...PAGED),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 12 }),
      async (kind, count, pageSize) => {
        const fake = await FakeOpenStack.start({ world: worldOf(count), pageSize });
        const session = await open(fake.authUrl);
        try {
          const items = await readAll(session, kind);
          expect(items).toHaveLength(count);
          expect(new Set(items.map(({ id }) => id)).size).toBe(count);
          if (kind === 'servers')
            expect(items.every((item) => 'addresses' in item && item.addresses.length === 1)).toBe(true);
        } finally {
          await session.close();
          await fake.close();
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('servers that come and go while pages are read cost no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ after: fc.nat(8), gone: fc.nat(39), isAhead: fc.boolean() }), { maxLength: 4 }),
      async (changes) => {
        const fake = await FakeOpenStack.start({ world: worldOf(40), pageSize: 7 });
        const session = await open(fake.authUrl);
        const gone = new Set<string>();
        let pages = 0;
        const found = new Set<string>();
        try {
          for await (const page of session.read('servers')) {
            for (const { id } of page) {
              expect(found.has(id)).toBe(false);
              found.add(id);
            }
            for (const change of changes.filter(({ after }) => after === pages)) {
              const id = `server-${change.gone}`;
              gone.add(id);
              fake.world.servers = fake.world.servers.filter((each) => each['id'] !== id);
              if (change.isAhead) fake.world.servers.unshift(server(`new-${pages}`));
            }
            pages += 1;
          }
          for (const id of upTo(40).map((each) => `server-${each}`))
            if (!gone.has(id)) expect(found.has(id)).toBe(true);
        } finally {
          await session.close();
          await fake.close();
        }
      },
    ),
    { numRuns: 30 },
  );
});

describe('a list whose marker is gone', () => {
  test('is read again from its beginning', async () => {
    const { fake, session } = await openFake({ world: worldOf(10), pageSize: 4 });
    const found: string[] = [];
    for await (const page of session.read('volumes')) {
      found.push(...page.map(({ id }) => id));
      fake.world.volumes = fake.world.volumes.filter(({ id }) => id !== 'volume-3');
    }
    expect(found).toHaveLength(10);
    expect(fake.asked('/volume')).toBe(1 + 1 + 3);
  });

  test('again and again fails', async () => {
    const { faults, session } = await openFake({ world: worldOf(10), pageSize: 4 });
    faults.add({ fault: 'status', status: 404, path: 'marker=' });
    await expect(readAll(session, 'volumes')).rejects.toThrow('answered 404');
    expect(faults.hits).toBe(3);
  });
});

test('Neutron and all others with pages are asked for pages', async () => {
  const { fake, session } = await openFake();
  for (const kind of [
    'networks',
    'servers',
    'volumes',
    'volumeTypes',
    'images',
    'stacks',
    'flavors',
  ] as const)
    await readAll(session, kind);
  const lists = fake.requests.filter((request) =>
    /\/(networks|subnets|ports|floatingips|servers\/detail|volumes\/detail|types|images|stacks|flavors\/detail)\?/.test(
      request,
    ),
  );
  expect(lists.length).toBeGreaterThan(9);
  expect(lists.filter((request) => !request.includes('limit='))).toEqual([]);
});

test('no request leaves the endpoints, whatever the links say', async () => {
  const fake = await startFake({ world: worldOf(10), pageSize: 3 });
  const session = await open(fake.authUrl);
  // Its links are those of another host, as of proxies and of who wants the token.
  expect(
    JSON.stringify(
      pageOf(fake.world.servers, new URLSearchParams({ limit: '1' }), {
        key: 'servers',
        most: 3,
        address: 'https://elsewhere.invalid/list',
      }),
    ),
  ).toContain('elsewhere');
  expect(await readAll(session, 'servers')).toHaveLength(10);
});

test.each([
  [{ projects: [], truncated: true }, 'leaves out a part of projects'],
  [{ projects: null }, 'projects'],
  [{ project: [] }, 'projects'],
  [{ projects: {} }, 'projects'],
  [[], 'projects'],
  [{ projects: [null] }, 'projects'],
  [
    { projects: [], links: { next: 'http://x/y?page=2' } },
    'names a next page of projects and not where it begins',
  ],
])('%j is no list', async (answer, message) => {
  const { faults, session } = await openFake();
  faults.add({ fault: 'body', path: '/v3/projects', body: JSON.stringify(answer) });
  await expect(readAll(session, 'tenants')).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining(message),
  });
});

test('pages of Keystone are followed', async () => {
  const { fake, faults, session } = await openFake();
  const body = JSON.stringify({
    projects: [fake.world.projects[0]],
    links: { next: 'http://x/v3/projects?marker=project-admin' },
  });
  faults.add({ fault: 'body', path: '/v3/projects', body, times: 1 });
  expect((await readAll(session, 'tenants')).map(({ id }) => id)).toEqual(['project-admin', 'project-vepc']);
  expect(fake.requests.at(-1)).toContain('/projects?marker=project-admin');
});

describe('however many come in one answer', () => {
  const COUNTS = [0, 1, 249, 250, 251, 500, 501];

  test.each(COUNTS)('%i are given on in parts, each item once', async (count) => {
    const { session } = await openFake({ world: worldOf(count), pageSize: 1_000 });
    for (const kind of ['volumeTypes', 'volumes'] as const) {
      const parts: number[] = [];
      const seen = new Set<string>();
      for await (const part of session.read(kind)) {
        parts.push(part.length);
        for (const { id } of part) seen.add(id);
      }
      expect(seen.size).toBe(count);
      expect(parts.reduce((sum, length) => sum + length, 0)).toBe(count);
      expect(Math.max(0, ...parts)).toBeLessThanOrEqual(250);
    }
  });
});
