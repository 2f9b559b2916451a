import { base, opt } from './options.mjs';
import { hex, micro } from './ids.mjs';
import { ADMIN, T } from './world.mjs';
import { Answer, missing } from './lists.mjs';

const CATALOG = [
  ['identity', 'keystone', '/identity/v3/'],
  ['compute', 'nova', '/compute/v2.1'],
  ['placement', 'placement', '/placement'],
  ['volumev3', 'cinderv3', `/volume/v3/${hex(ADMIN)}`],
  ['network', 'neutron', '/network'],
  ['image', 'glance', '/image'],
  ['orchestration', 'heat', `/orchestration/v1/${hex(ADMIN)}`],
];
export const tokens = new Map();
export function logIn(body) {
  const who = body.auth?.identity?.password?.user;
  if (!who || who.password === 'wrong')
    throw new Answer(401, {
      error: {
        code: 401,
        message: 'The request you have made requires authentication.',
        title: 'Unauthorized',
      },
    });
  const id = `gAAAAAB${hex(tokens.size)}${Date.now().toString(36)}`,
    until = Date.now() + opt['token-seconds'] * 1000,
    domain = { id: 'default', name: 'Default' };
  tokens.set(id, until);
  const catalog = CATALOG.map(([type, name, path], n) => ({
    endpoints: ['public', 'internal', 'admin'].map((x, m) => ({
      id: hex(700_000 + n * 3 + m),
      interface: x,
      region_id: 'RegionOne',
      url: base() + path,
      region: 'RegionOne',
    })),
    id: hex(710_000 + n),
    type,
    name,
  }));
  const token = {
    methods: ['password'],
    user: { domain, id: hex(900_001), name: who.name ?? 'admin', password_expires_at: null },
    audit_ids: [hex(1).slice(0, 22)],
    expires_at: micro(until) + 'Z',
    issued_at: micro(Date.now()) + 'Z',
    project: { domain, id: hex(ADMIN), name: 'admin' },
    is_domain: false,
    roles: ['admin', 'reader', 'member'].map((name, n) => ({ id: hex(720_000 + n), name })),
    catalog,
  };
  throw new Answer(201, { token }, { 'X-Subject-Token': id });
}
export const tenantAt = (id) => {
  const t = parseInt(id.slice(8), 16);
  if (!(t < T) || hex(t) !== id) throw missing(`Project ${id}`);
  return t;
};
export const versions =
  (list, status = 200) =>
  () => {
    throw new Answer(status, { versions: list() });
  };
