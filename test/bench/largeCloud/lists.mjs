import { base } from './options.mjs';
import { hex, index } from './ids.mjs';
import { S, STATUS, count, generation, hostName } from './world.mjs';

export class Answer extends Error {
  constructor(status, body, headers) {
    super();
    Object.assign(this, { status, body, headers });
  }
}
export const missing = (what) =>
  new Answer(404, { itemNotFound: { code: 404, message: `${what} could not be found.` } });
// From an ordered list of keys, the page that limit and marker ask for; `most` is the service's own limit
export function page(q, url, name, { keys, kind, most, build, links = `${name}_links` }) {
  const asked = q.get('limit') === null ? most : Number(q.get('limit'));
  if (!Number.isInteger(asked) || asked < 0)
    throw new Answer(400, {
      badRequest: {
        code: 400,
        message: `Invalid input for query parameters limit. Value: ${q.get('limit')}.`,
      },
    });
  const max = Math.min(asked || most, most || Infinity) || Infinity,
    marker = q.get('marker');
  let from = 0;
  if (marker !== null && (from = keys.indexOf(index(kind, marker)) + 1) === 0)
    throw new Answer(400, { badRequest: { code: 400, message: `marker [${marker}] not found` } });
  const items = keys.slice(from, max === Infinity ? undefined : from + max).map(build),
    out = { [name]: items };
  if (items.length === max) {
    const next = new URLSearchParams(q);
    next.set('marker', items.at(-1).id);
    out[links] = [{ rel: 'next', href: `${base()}${url}?${next}` }];
  }
  return out;
}
export const upTo = (n) => [...Array(n).keys()];
let order = { at: -1, keys: [] };
export function living() {
  // newest first, as Nova lists
  if (order.at !== generation + count)
    order = {
      at: generation + count,
      keys: upTo(count)
        .toReversed()
        .filter((i) => S.alive[i]),
    };
  return order.keys;
}
const only = (list, key, value) => (value === null ? list : list.filter((x) => key(x) === value));
export function serverKeys(q) {
  let k = living();
  k = only(k, (i) => hex(S.tenant[i]), q.get('project_id') ?? q.get('tenant_id'));
  k = only(k, (i) => (S.host[i] < 0 ? null : hostName(S.host[i])), q.get('host'));
  k = only(k, (i) => STATUS[S.status[i]][0], q.get('status')?.toUpperCase() ?? null);
  const since = q.get('changes-since');
  return since === null
    ? k
    : upTo(count)
        .toReversed()
        .filter((i) => S.updated[i] >= Date.parse(since) && (S.alive[i] || q.get('deleted') !== 'False'));
}
export function neutron(q, path, name, keys, build, kind) {
  const full = page(q, path, name, { keys, kind, most: 0, build });
  const fields = q.getAll('fields');
  return fields.length
    ? {
        ...full,
        [name]: full[name].map((x) => Object.fromEntries(fields.filter((f) => f in x).map((f) => [f, x[f]]))),
      }
    : full;
}
