import { base, opt } from './options.mjs';
import { index, uuid } from './ids.mjs';
import { S, T, TYPES, count, portsOf, stackOf, usage } from './world.mjs';
import { volume } from './machines.mjs';
import { floatingIp, image, network, port, quota, resource, stack, subnet } from './things.mjs';
import { tenantAt, versions } from './access.mjs';
import { COMPUTE } from './compute.mjs';
import { Answer, living, neutron, page, upTo } from './lists.mjs';

const V = 'volume/v3/\\w+';
const O = 'orchestration/v1/(\\w+)';

export const ROUTES = [
  ...COMPUTE,
  [
    'volume/?',
    versions(
      () => [
        {
          id: 'v3.0',
          status: 'CURRENT',
          version: '3.70',
          min_version: '3.0',
          updated: '2022-08-31T00:00:00Z',
          links: [{ rel: 'self', href: `${base()}/volume/v3/` }],
          'media-types': [],
        },
      ],
      300,
    ),
  ],
  [
    `${V}/volumes/detail`,
    (m, q, v, p) =>
      page(q, p, 'volumes', {
        keys: upTo(Math.floor(count * 1.1))
          .toReversed()
          .filter((i) => i >= count || i % 2),
        kind: 'volume',
        most: opt.page,
        build: (i) => volume(i, v),
      }),
  ],
  [
    `${V}/types`,
    (m, q, v, p) =>
      page(q, p, 'volume_types', {
        keys: upTo(TYPES.length),
        kind: 'type',
        most: opt.page,
        build: (i) => ({
          id: uuid('type', i),
          name: TYPES[i],
          is_public: true,
          description: null,
          extra_specs: {},
          qos_specs_id: null,
          'os-volume-type-access:is_public': true,
        }),
        links: 'volume_type_links',
      }),
  ],
  [
    `${V}/os-quota-sets/(\\w+)`,
    (m, q) => {
      const u = usage().tenant[tenantAt(m[1])].volumes,
        show = (limit, n) => (q.get('usage') === 'True' ? quota(limit, n) : limit),
        all = Object.values(u);
      return {
        quota_set: {
          volumes: show(
            1000,
            all.reduce((a, x) => a + x[0], 0),
          ),
          per_volume_gigabytes: show(-1, 0),
          snapshots: show(10, 0),
          gigabytes: show(
            100_000,
            all.reduce((a, x) => a + x[1], 0),
          ),
          backups: show(10, 0),
          backup_gigabytes: show(1000, 0),
          ...Object.fromEntries(
            TYPES.flatMap((k) => [
              [`volumes_${k}`, show(-1, u[k]?.[0] ?? 0)],
              [`gigabytes_${k}`, show(k === 'ssd' ? 20_000 : -1, u[k]?.[1] ?? 0)],
              [`snapshots_${k}`, show(-1, 0)],
            ]),
          ),
          groups: show(10, 0),
          id: m[1],
        },
      };
    },
  ],
  [
    'network/?',
    versions(() => [
      { id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${base()}/network/v2.0/` }] },
    ]),
  ],
  ['network/v2.0/networks', (m, q, v, p) => neutron(q, p, 'networks', upTo(T * 3), network, 'network')],
  ['network/v2.0/subnets', (m, q, v, p) => neutron(q, p, 'subnets', upTo(T * 3), subnet, 'subnet')],
  [
    'network/v2.0/ports',
    (m, q, v, p) =>
      neutron(
        q,
        p,
        'ports',
        (q.get('device_id')
          ? [index('server', q.get('device_id'))].filter((i) => S.alive[i])
          : living()
        ).flatMap((i) => upTo(portsOf(i)).map((n) => (i << 2) + n)),
        port,
        'port',
      ),
  ],
  [
    'network/v2.0/floatingips',
    (m, q, v, p) =>
      neutron(
        q,
        p,
        'floatingips',
        living().filter((i) => i % 10 === 0),
        floatingIp,
        'fip',
      ),
  ],
  [
    'image/?',
    versions(
      () => [{ id: 'v2.15', status: 'CURRENT', links: [{ rel: 'self', href: `${base()}/image/v2/` }] }],
      300,
    ),
  ],
  [
    'image/v2/images',
    (m, q, v, p) => {
      if (!q.has('limit')) q.set('limit', 25);
      const r = page(q, p, 'images', { keys: upTo(40), kind: 'image', most: 1000, build: image, links: 'x' }),
        next = r.x?.[0].href.slice(base().length).replace('/image', '');
      delete r.x;
      return { ...r, first: '/v2/images', schema: '/v2/schemas/images', ...(next ? { next } : {}) };
    },
  ],
  [
    'orchestration/?',
    versions(
      () => [
        { id: 'v1.0', status: 'CURRENT', links: [{ rel: 'self', href: `${base()}/orchestration/v1/` }] },
      ],
      300,
    ),
  ],
  [
    `${O}/stacks`,
    (m, q, v, p) => {
      if (/true|1/i.test(q.get('global_tenant') ?? ''))
        throw new Answer(403, {
          code: 403,
          title: 'Forbidden',
          explanation: 'Access was denied to this resource.',
          error: {
            type: 'Forbidden',
            traceback: null,
            message: 'You are not authorized to use stacks:global_index.',
          },
        });
      const r = page(q, p, 'stacks', {
        keys: upTo(opt.stacks).toReversed(),
        kind: 'stack',
        most: 0,
        build: stack,
        links: 'links',
      });
      return r;
    },
  ],
  [
    `${O}/stacks/[^/]+/([\\w-]+)/resources`,
    (m) => {
      const s = index('stack', m[2]);
      if (!(s >= 0 && s < opt.stacks))
        throw new Answer(404, {
          code: 404,
          title: 'Not Found',
          explanation: 'The resource could not be found.',
          error: {
            type: 'EntityNotFound',
            traceback: null,
            message: `The Stack (${m[2]}) could not be found.`,
          },
        });
      return {
        resources: living()
          .filter((i) => stackOf(i) === s)
          .map((i) => resource(s, i)),
      };
    },
  ],
].map(([path, fn]) => [new RegExp(`^/${String(path)}$`), fn]);
