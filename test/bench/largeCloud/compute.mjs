import { base, opt } from './options.mjs';
import { EPOCH, index, micro, uuid } from './ids.mjs';
import { AGGREGATES, FLAVORS, N, T, churn, generation, hostName, usage } from './world.mjs';
import { hypervisor, inventory, server, service } from './machines.mjs';
import { flavor, project, quota } from './things.mjs';
import { tenantAt, versions } from './access.mjs';
import { Answer, page, serverKeys, upTo } from './lists.mjs';

const P = 'placement/resource_providers/([\\w-]+)';
const providerAt = (id) => {
  const h = index('host', id);
  if (!(h >= 0 && h < N))
    throw new Answer(404, {
      errors: [
        {
          status: 404,
          title: 'Not Found',
          detail: `No resource provider with uuid ${id} found`,
          code: 'placement.undefined_code',
          request_id: 'req-0',
        },
      ],
    });
  return h;
};
const provider = (h) => ({
  uuid: uuid('host', h),
  name: hostName(h),
  generation: 5 + generation,
  root_provider_uuid: uuid('host', h),
  parent_provider_uuid: null,
  links: ['', 'inventories', 'usages', 'aggregates', 'traits', 'allocations'].map((x) => ({
    rel: x || 'self',
    href: `/placement/resource_providers/${uuid('host', h)}${x && '/' + x}`,
  })),
});
const nova = () => ({
  id: 'v2.1',
  status: 'CURRENT',
  version: '2.93',
  min_version: '2.1',
  updated: '2013-07-23T11:33:21Z',
  links: [{ rel: 'self', href: `${base()}/compute/v2.1/` }],
});

/** Path and how it is answered, of a match, a query, a microversion and a path. */
export const COMPUTE = [
  [
    'identity/?',
    versions(
      () => ({
        values: [
          {
            id: 'v3.14',
            status: 'stable',
            updated: '2020-04-07T00:00:00Z',
            links: [{ rel: 'self', href: `${base()}/identity/v3/` }],
            'media-types': [],
          },
        ],
      }),
      300,
    ),
  ],
  [
    'identity/v3/?',
    () => ({
      version: {
        id: 'v3.14',
        status: 'stable',
        updated: '2020-04-07T00:00:00Z',
        links: [{ rel: 'self', href: `${base()}/identity/v3/` }],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
      },
    }),
  ],
  [
    'identity/v3/projects',
    (m, q, v, p) => ({
      projects: upTo(T).map(project),
      links: { next: null, self: base() + p, previous: null },
    }),
  ],
  [
    'identity/v3/domains',
    (m, q, v, p) => ({
      domains: [
        {
          id: 'default',
          name: 'Default',
          description: '',
          enabled: true,
          tags: [],
          options: {},
          links: { self: `${base()}${p}/default` },
        },
      ],
      links: { next: null, self: base() + p, previous: null },
    }),
  ],
  ['compute/?', versions(() => [nova()])],
  [
    'compute/v2.1/?',
    () => ({
      version: {
        ...nova(),
        links: [
          ...nova().links,
          { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
        ],
        'media-types': [
          { base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' },
        ],
      },
    }),
  ],
  [
    'compute/v2.1/servers/detail',
    (m, q, v, p) => {
      if (opt.churn && !q.has('marker')) churn(opt.churn);
      return page(q, p, 'servers', {
        keys: serverKeys(q),
        kind: 'server',
        most: opt.page,
        build: (i) => server(i, v),
      });
    },
  ],
  [
    'compute/v2.1/flavors/detail',
    (m, q, v, p) =>
      page(q, p, 'flavors', {
        keys: upTo(FLAVORS.length),
        kind: 'flavor',
        most: opt.page,
        build: (i) => flavor(FLAVORS[i], v),
      }),
  ],
  [
    'compute/v2.1/os-hypervisors/detail',
    (m, q, v, p) =>
      page(q, p, 'hypervisors', {
        keys: upTo(N),
        kind: 'host',
        most: v >= 33 ? opt.page : 0,
        build: (h) => hypervisor(h, v),
      }),
  ],
  [
    'compute/v2.1/os-services',
    (m, q, v) => ({
      services: [
        ...(q.get('binary') === 'nova-compute'
          ? []
          : [
              {
                ...service(0, v),
                binary: 'nova-conductor',
                host: 'controller',
                id: v >= 53 ? uuid('service', 99_998) : 1,
                zone: 'internal',
              },
            ]),
        ...upTo(N).map((h) => service(h, v)),
      ],
    }),
  ],
  [
    'compute/v2.1/os-aggregates',
    () => ({
      aggregates: AGGREGATES.map((a, i) => ({
        id: i + 1,
        uuid: uuid('aggregate', i),
        name: a.name,
        hosts: upTo(N).filter(a.has).map(hostName),
        metadata: a.zone ? { availability_zone: a.zone } : {},
        created_at: micro(EPOCH),
        updated_at: null,
        deleted_at: null,
        deleted: false,
        availability_zone: a.zone,
      })),
    }),
  ],
  [
    'compute/v2.1/os-quota-sets/(\\w+)/detail',
    (m) => {
      const t = tenantAt(m[1]),
        u = usage().tenant[t];
      return {
        quota_set: {
          id: m[1],
          cores: quota(t % 9 ? 4000 : -1, u.cores),
          instances: quota(1000, u.instances),
          key_pairs: quota(100, 0),
          metadata_items: quota(128, 0),
          ram: quota(8_000_000, u.ram),
          server_group_members: quota(10, 0),
          server_groups: quota(10, 0),
        },
      };
    },
  ],
  [
    'placement/?',
    versions(() => [
      {
        id: 'v1.0',
        max_version: '1.39',
        min_version: '1.0',
        status: 'CURRENT',
        links: [{ rel: 'self', href: '' }],
      },
    ]),
  ],
  ['placement/resource_providers', () => ({ resource_providers: upTo(N).map(provider) })],
  [
    `${P}/inventories`,
    (m) => {
      const h = providerAt(m[1]);
      return {
        resource_provider_generation: 5 + generation,
        inventories: Object.fromEntries(
          Object.entries(inventory(h)).map(([k, total]) => [
            k,
            {
              total,
              reserved: k === 'MEMORY_MB' ? 512 : 0,
              min_unit: 1,
              max_unit: total,
              step_size: 1,
              allocation_ratio: k === 'VCPU' ? 16 : 1,
            },
          ]),
        ),
      };
    },
  ],
  [
    `${P}/usages`,
    (m) => {
      const h = providerAt(m[1]),
        u = usage().host[h];
      return {
        resource_provider_generation: 5 + generation,
        usages: Object.fromEntries(Object.keys(inventory(h)).map((k) => [k, u[k]])),
      };
    },
  ],
];
