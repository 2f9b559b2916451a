import type { IncomingHttpHeaders } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { Refusal, badRequest, checkQuery, forbidden, notFound, only, pageOf } from './answers.js';
import type { FakeOpenStack } from './fakeOpenStack.js';
import { ADMIN_PROJECT } from './keystone.js';
import { type Raw, quota } from './world.js';

export interface Ask {
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  fake: FakeOpenStack;
}

type Answer = (ask: Ask, ...parts: string[]) => Raw;

/** Links lead astray: nothing but their marker may be used. */
const ELSEWHERE = 'https://elsewhere.invalid/compute/v2.1/list';

const page = (ask: Ask, items: readonly Raw[], key: string, links = `${key}_links`): Raw =>
  pageOf(items, ask.query, { key, links, most: ask.fake.options.pageSize ?? 20, address: ELSEWHERE });

/** An account that is no administrator sees its own, and hears nothing of that. */
const visible = ({ fake: { options } }: Ask, items: readonly Raw[], owner: string): readonly Raw[] =>
  options.isAdmin === false ? items.filter((item) => item[owner] === ADMIN_PROJECT) : items;

function version(ask: Ask): [number, number] {
  const text = ask.headers['x-openstack-nova-api-version'];
  const modern = ask.headers['openstack-api-version'];
  const highest = ask.fake.options.microversion ?? '2.93';
  if (text === undefined && modern === undefined) return [2, 1];
  if (modern !== `compute ${String(text)}`) throw badRequest('two microversions');
  const parse = (of: string) => of.split('.').map(Number) as [number, number];
  const asked = parse(String(text));
  if (highest === '' || asked[1] > parse(highest)[1])
    throw new Refusal(406, {
      computeFault: { code: 406, message: `Version ${String(text)} is not supported` },
    });
  return asked;
}

function nova(right: string, answer: (ask: Ask, minor: number, ...parts: string[]) => Raw): Answer {
  return (ask, ...parts) => {
    const [, minor] = version(ask);
    if (ask.fake.options.isAdmin === false) throw forbidden(`Policy doesn't allow ${right} to be performed.`);
    return answer(ask, minor, ...parts);
  };
}

/** Neutron gives everything at once unless it is asked for pages, and the fields that it is asked for. */
const neutron =
  (key: 'networks' | 'subnets' | 'ports' | 'floatingips'): Answer =>
  (ask) => {
    checkQuery(ask.query, 'limit', 'marker', 'fields', ...(key === 'ports' ? ['device_id'] : []));
    const servers = ask.query.getAll('device_id');
    const items = visible(ask, ask.fake.world[key], 'project_id').filter(
      ({ device_id: server }) => servers.length === 0 || servers.includes(String(server)),
    );
    const asked = only(items, ask.query.getAll('fields'));
    return ask.query.has('limit') ? page(ask, asked, key) : { [key]: asked };
  };

const serverFor = (minor: number, server: Raw): Raw => {
  if (minor >= 47) return server;
  const { original_name: name } = server['flavor'] as Raw;
  return { ...server, flavor: { id: `flavor-${String(name)}`, links: [] } };
};

function quotaOf(ask: Ask, id: string, of: Record<string, Raw>, fallback: Raw): Raw {
  if (!ask.fake.world.projects.some((project) => project['id'] === id))
    throw badRequest(`Project ID ${id} is not a valid project.`);
  return { quota_set: { id, ...(of[id] ?? fallback) } };
}

const provider = (ask: Ask, id: string) => {
  const found = ask.fake.world.providers[id.replace('provider-', '')];
  if (!found) throw new Refusal(404, { errors: [{ status: 404, detail: `No resource provider ${id}` }] });
  return found;
};

export const ROUTES: readonly [RegExp, Answer][] = [
  [/^\/identity\/v3\/projects$/, ({ fake }) => ({ projects: fake.world.projects, links: { next: null } })],
  [
    /^\/identity\/v3\/projects\/([^/]+)$/,
    ({ fake }, id) => {
      const project = fake.world.projects.find((each) => each['id'] === id);
      if (!project)
        throw new Refusal(404, { error: { code: 404, message: `Could not find project: ${id}.` } });
      return { project };
    },
  ],
  [/^\/identity\/v3\/domains$/, ({ fake }) => ({ domains: fake.world.domains, links: { next: null } })],
  [
    /^\/compute\/v2\.1\/$/,
    ({ fake }) => ({
      version: { id: 'v2.1', version: fake.options.microversion ?? '2.93', min_version: '2.1' },
    }),
  ],
  [
    /^\/compute\/v2\.1\/os-services$/,
    nova('os_compute_api:os-services:list', (ask, minor) => {
      checkQuery(ask.query, 'binary');
      const services = ask.fake.world.services.filter(({ binary }) => binary === ask.query.get('binary'));
      return {
        services: minor >= 53 ? services : services.map((each, index) => ({ ...each, id: index + 1 })),
      };
    }),
  ],
  [
    /^\/compute\/v2\.1\/os-hypervisors\/detail$/,
    nova('os_compute_api:os-hypervisors:list-detail', (ask, minor) => {
      checkQuery(ask.query, 'marker', 'limit');
      const { hypervisors } = ask.fake.world;
      return minor >= 33 ? page(ask, hypervisors, 'hypervisors') : { hypervisors };
    }),
  ],
  [
    /^\/compute\/v2\.1\/os-aggregates$/,
    nova('os_compute_api:os-aggregates:index', ({ fake }) => ({ aggregates: fake.world.aggregates })),
  ],
  [
    /^\/compute\/v2\.1\/flavors\/detail$/,
    (ask) => {
      checkQuery(ask.query, 'is_public', 'marker', 'limit');
      return page(ask, ask.fake.world.flavors, 'flavors');
    },
  ],
  [
    /^\/compute\/v2\.1\/flavors\/([^/]+)$/,
    (_ask, id) => {
      throw notFound(`Flavor ${id} could not be found.`);
    },
  ],
  [
    /^\/compute\/v2\.1\/servers\/detail$/,
    nova('os_compute_api:servers:detail:get_all_tenants', (ask, minor) => {
      checkQuery(ask.query, 'all_tenants', 'marker', 'limit');
      if (ask.query.get('all_tenants') !== '1') throw badRequest('all_tenants');
      return page(
        ask,
        ask.fake.world.servers.map((each) => serverFor(minor, each)),
        'servers',
      );
    }),
  ],
  [
    /^\/compute\/v2\.1\/os-quota-sets\/([^/]+)\/detail$/,
    nova('os_compute_api:os-quota-sets:detail', (ask, _minor, id) =>
      quotaOf(ask, id, ask.fake.world.novaQuotas, {
        cores: quota(20, 0),
        ram: quota(51_200, 0),
        instances: quota(10, 0),
      }),
    ),
  ],
  [
    /^\/placement\/resource_providers$/,
    (ask) => {
      checkQuery(ask.query, 'name');
      const name = ask.query.get('name') ?? '';
      const found = ask.fake.world.providers[name] ? [{ uuid: `provider-${name}`, name }] : [];
      return { resource_providers: found };
    },
  ],
  [
    /^\/placement\/resource_providers\/([^/]+)\/(inventories|usages)$/,
    (ask, id = '', what = '') => ({
      resource_provider_generation: 1,
      [what]: provider(ask, id)[what as 'inventories' | 'usages'],
    }),
  ],
  [
    /^\/volume\/v3\/project-admin\/volumes\/detail$/,
    (ask) => {
      checkQuery(ask.query, 'all_tenants', 'marker', 'limit');
      return page(ask, visible(ask, ask.fake.world.volumes, 'os-vol-tenant-attr:tenant_id'), 'volumes');
    },
  ],
  [
    /^\/volume\/v3\/project-admin\/types$/,
    (ask) => {
      checkQuery(ask.query, 'is_public', 'marker', 'limit');
      return page(ask, ask.fake.world.types, 'volume_types', 'volume_type_links');
    },
  ],
  [
    /^\/volume\/v3\/project-admin\/os-quota-sets\/([^/]+)$/,
    (ask, id) => {
      if (!isDeepStrictEqual([...ask.query], [['usage', 'True']])) throw badRequest('usage');
      return quotaOf(ask, id, ask.fake.world.cinderQuotas, { gigabytes: quota(1000, 0) });
    },
  ],
  [/^\/network\/v2\.0\/networks$/, neutron('networks')],
  [/^\/network\/v2\.0\/subnets$/, neutron('subnets')],
  [/^\/network\/v2\.0\/ports$/, neutron('ports')],
  [/^\/network\/v2\.0\/floatingips$/, neutron('floatingips')],
  [
    /^\/image\/v2\/images$/,
    (ask) => {
      checkQuery(ask.query, 'marker', 'limit');
      const { images, links } = page(ask, ask.fake.world.images, 'images', 'links');
      const [next] = (links ?? []) as { href: string }[];
      // Without the path that is Glance's here.
      return { images, first: '/v2/images', ...(next && { next: `/v2/images${new URL(next.href).search}` }) };
    },
  ],
  [
    /^\/orchestration\/v1\/project-admin\/stacks$/,
    (ask) => {
      checkQuery(ask.query, 'marker', 'limit');
      if (ask.fake.options.isHeatOpen === false)
        throw new Refusal(403, { code: 403, title: 'Forbidden', error: { message: 'stacks:index' } });
      return page(ask, visible(ask, ask.fake.world.stacks, 'project'), 'stacks', 'links');
    },
  ],
  [
    /^\/orchestration\/v1\/([^/]+)\/stacks\/([^/]+)\/([^/]+)\/resources$/,
    (ask, project, name, id = '') => {
      checkQuery(ask.query, 'nested_depth', 'type');
      const { stacks, resources } = ask.fake.world;
      const found = stacks.find((each) => each['id'] === id && each['stack_name'] === name);
      if (!found || found['project'] !== project)
        throw new Refusal(404, { code: 404, explanation: `The Stack (${name}) could not be found.` });
      const type = ask.query.get('type');
      return { resources: (resources[id] ?? []).filter((each) => each['resource_type'] === type) };
    },
  ],
];
