import { unzipSync } from 'fflate';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type Person,
  type Tenant,
  newBusiness,
  newMember,
  newUser,
  ote,
  uniqueName,
} from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { PATIENT, yamlGen } from './support/calls.js';
import { EXAMPLE, HOSTS, file, workbook } from './support/workbooks.js';

const server = useServer(() => startServer({}, PATIENT));
let tenant: Tenant;
let member: Person;
let stranger: Person;
beforeAll(async () => {
  tenant = await newBusiness(server);
  member = await newMember(server, tenant);
  stranger = await newUser(server);
});
beforeEach(async () => {
  await server.database.query('delete from yaml_jobs');
});

const own = yamlGen(server, () => tenant.admin.token);
const others = yamlGen(server, () => stranger.token);
const UNKNOWN = '0123456789abcdef0123456789abcdef';

const filesOf = (data: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(unzipSync(Buffer.from(String(data), 'base64'))).map(([name, content]) => [
      name,
      Buffer.from(content).toString(),
    ]),
  );

const HOSTS_TEMPLATE = file('hosts.yaml', 'hosts: {{ hosts | length }}\n');
const SMALL = { workbook: file('w.xlsx', workbook({ hosts: HOSTS })), templates: [HOSTS_TEMPLATE] };

test('the worked example comes out as a zip of valid YAML, with the comments of its templates', async () => {
  const id = await own.made({ ...EXAMPLE, query: 'site=GZ&cee_ver=drop%2028&pjt_name=north' });
  const { status, body } = await own.result(id);
  expect({ status, keys: Object.keys(body) }).toEqual({ status: 200, keys: ['status', 'data', 'code'] });
  const files = filesOf(body.data);
  expect(Object.keys(files)).toEqual(EXAMPLE.templates.map(({ name }) => name));
  const parsed = Object.entries(files).map(([name, text]) => {
    const documents = parseAllDocuments(text, { strict: true });
    expect(Array.isArray(documents) ? documents.flatMap(({ errors }) => errors) : []).toEqual([]);
    return [name, (documents as { toJS(): unknown }[]).at(-1)?.toJS()];
  });
  expect(Object.fromEntries(parsed)).toMatchObject({
    'hosts.yaml': {
      site: 'GZ',
      cee_version: 'drop28',
      hosts: [{ name: 'compute-0-1', rack: 1 }, {}, {}, {}],
    },
    'networks.yaml': { networks: { storage: { vlan: 40, gateway: null, mtu: 9000 } } },
    'host_profile.yaml': { host_profiles: { dpdk: { cpu: { reserved: [0, 18] }, iommu: true } } },
    'interface_assignment.yaml': { interface_assignment: { dpdk: [{ networks: ['om', 'bmc'] }, {}] } },
  });
  expect(files['hosts.yaml']).toMatch(/^# Hosts of north, GZ, CEE drop28\.\n---\n/);
  expect(files['hosts.yaml']).toContain('    # Rack 2, counted from the door.\n');
});

test('the history of a business has its jobs, the latest first', async () => {
  const first = await own.made({ ...SMALL, query: 'site=ZZ&cee_ver=35&pjt_name=one' });
  const second = await yamlGen(server, () => member.token).made({
    ...SMALL,
    query: 'site=GZ&cee_ver=drop22&pjt_name=two',
  });
  const expected = [
    { id: second, project_name: 'two', cee_version: 'drop22', task_status: 'success' },
    { id: first, project_name: 'one', cee_version: 'drop35', task_status: 'success' },
  ];
  expect(await own.history()).toMatchObject(expected);
  expect(await own.history('?limit=1&offset=1')).toMatchObject([expected[1]]);
  expect(await others.history()).toEqual([]);
  const { data } = { data: await yamlGen(server, () => member.token).history() };
  expect(Object.keys(data[0] ?? {})).toEqual([
    'id',
    'project_name',
    'cee_version',
    'timestamp',
    'task_status',
  ]);
});

test('deletes several, all or none; ids may be in capitals, and one may come without a list', async () => {
  const ids = [await own.made(SMALL), await own.made(SMALL), await own.made(SMALL)];
  expect(await own.remove([ids[0], UNKNOWN])).toMatchObject({ status: 404 });
  expect(await own.history()).toHaveLength(3);
  const removed = await own.remove([ids[0]?.toUpperCase(), ids[1]]);
  expect(removed).toEqual({ status: 200, body: { status: true, code: 200 } });
  expect(await own.history()).toMatchObject([{ id: ids[2] }]);
  expect(await own.result(ids[0] ?? '')).toMatchObject({ status: 404 });
  expect(await own.remove(ids[2])).toMatchObject({ status: 200 });
  expect(await own.history()).toEqual([]);
});

test('a foreign job is none', async () => {
  const id = await own.made(SMALL);
  expect(await others.result(id)).toMatchObject({ status: 404, body: { code: 404 } });
  expect(await others.remove([id])).toMatchObject({ status: 404 });
  expect(await own.history()).toHaveLength(1);
  expect(await yamlGen(server, () => member.token).result(id)).toMatchObject({ status: 200 });
});

test.each(['', 'x', UNKNOWN.slice(1), `${UNKNOWN}0`, '%00'])('an id %j is malformed', async (id) => {
  expect(await own.result(id)).toMatchObject({ status: 400 });
  expect(await own.remove([id])).toMatchObject({ status: 400 });
  expect(await own.remove(id)).toMatchObject({ status: 400 });
});

test('a list to delete has one id at least, and 500 at most', async () => {
  expect(await own.remove([])).toMatchObject({ status: 400 });
  expect(
    await own.remove(Array.from({ length: 501 }, (_, at) => at.toString(16).padStart(32, '0'))),
  ).toMatchObject({
    status: 400,
  });
});

test('the oldest go where a business has more than 500', async () => {
  await server.database.query(
    `insert into yaml_jobs (id, created_at, updated_at, business_id, owner_id, site, cee_version, project_name, status,
       file_names, size)
     select md5(n::text), now() - n * interval '1 minute', now(), $1, 1, 'GZ', 'drop28', 'p', 'SUCCESS', '[]', 1
     from generate_series(1, 500) n`,
    [tenant.id],
  );
  const id = await own.made(SMALL);
  const history = await own.history();
  expect(history).toHaveLength(500);
  expect(history[0]).toMatchObject({ id });
  const { rows } = await server.database.query("select id from yaml_jobs where id = md5('500')");
  expect(rows).toEqual([]);
});

test('the trail tells who made what and who deleted it', async () => {
  const id = await own.made(SMALL);
  await own.remove([id]);
  const { rows } = await server.database.query(
    `select action, actor_name, object_id from audit_events where object_type = 'YamlJob' order by id desc limit 2`,
  );
  expect(rows).toEqual([
    { action: 'yamlJob.delete', actor_name: tenant.admin.name, object_id: id },
    { action: 'yamlJob.create', actor_name: tenant.admin.name, object_id: id },
  ]);
});

test("what was a user's alone moves into the business that it gets", async () => {
  const [user, administrator] = [await newUser(server, { isAdmin: true }), await server.adminToken()];
  const jobs = yamlGen(server, () => user.token);
  const id = await jobs.made(SMALL);
  expect(await others.result(id)).toMatchObject({ status: 404 });
  const draft = { name: uniqueName('business'), introduce: 'i', objective: 'o', scale: 's' };
  await ote(server, 'POST', '/business', user.token, draft);
  const { rows } = await server.database.query('select max(id) as id from businesses');
  const business = { id: Number(rows[0]?.['id']), admin: user };
  await ote(server, 'PUT', `/business/id/${business.id}`, administrator, { comment: '', status: 1 });
  expect(await jobs.result(id)).toMatchObject({ status: 200 });
  const colleague = await newMember(server, business);
  expect(await yamlGen(server, () => colleague.token).result(id)).toMatchObject({ status: 200 });
});
