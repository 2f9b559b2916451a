import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, type Tenant, newBusiness, newMember, ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { CHART } from './support/charts.js';
import { APP, newApp } from './support/world.js';

const server = useServer(async () => startServer());
let red: Tenant;
let blue: Tenant;
let member: Person;
beforeAll(async () => {
  red = await newBusiness(server);
  blue = await newBusiness(server);
  member = await newMember(server, red);
});
beforeEach(async () => {
  await server.database.query('delete from apps');
  await server.database.query('delete from audit_events');
});

type Listed = { appName: string; version: string }[];

async function list(path: string, token = red.admin.token): Promise<[string[], number | undefined]> {
  const { data, total } = await ote(server, 'GET', `/app${path}`, token);
  return [(data as Listed).map(({ appName, version }) => `${appName} ${version}`), total];
}

describe('the list of applications', () => {
  beforeEach(async () => {
    for (const appName of ['web', 'web-admin', 'my-web'])
      await newApp(server, red, { appName, version: '1.0' });
    await newApp(server, red, { appName: 'web', version: '1.1' });
    await newApp(server, blue, { appName: 'web', version: '1.0' });
  });

  test.each<[string, string[]]>([
    ['', ['web 1.0', 'web-admin 1.0', 'my-web 1.0', 'web 1.1']],
    ['?appName=', ['web 1.0', 'web-admin 1.0', 'my-web 1.0', 'web 1.1']],
    ['?appName=web', ['web 1.0', 'web-admin 1.0', 'my-web 1.0', 'web 1.1']],
    ['?appName=web&appNameMode=partial', ['web 1.0', 'web-admin 1.0', 'my-web 1.0', 'web 1.1']],
    ['?appName=web&appNameMode=prefix', ['web 1.0', 'web-admin 1.0', 'web 1.1']],
    ['?appName=web&appNameMode=strict', ['web 1.0', 'web 1.1']],
    ['?appName=we&appNameMode=strict', []],
    ['?appName=%25&appNameMode=partial', []],
    ['?appName=_&appNameMode=prefix', []],
    ['?appNameMode=strict', ['web 1.0', 'web-admin 1.0', 'my-web 1.0', 'web 1.1']],
    ['?version=1.1', ['web 1.1']],
    ['?version=1', []],
    ['?appName=web&appNameMode=strict&version=1.0', ['web 1.0']],
  ])('%s', async (path, names) => {
    expect(await list(path)).toEqual([names, names.length]);
  });

  test('in pages, of which 0 is the whole list', async () => {
    expect(await list('?pageSize=3')).toEqual([['web 1.0', 'web-admin 1.0', 'my-web 1.0'], 4]);
    expect(await list('?pageSize=3&page=2')).toEqual([['web 1.1'], 4]);
    expect(await list('?pageSize=3&page=3')).toEqual([[], 4]);
    expect((await list('?pageSize=0'))[0]).toHaveLength(4);
    for (let each = 0; each < 8; each += 1) await newApp(server, red, { appName: `more${each}` });
    expect((await list(''))[0]).toHaveLength(10);
    expect((await list('?pageSize=0'))[0]).toHaveLength(12);
  });

  test.each(['appNameMode=all', 'appNameMode=', 'page=0', 'pageSize=-1', 'pageSize=x', 'appName=%00'])(
    '%s is refused',
    async (search) => {
      const answer = await ote(server, 'GET', `/app?${search}`, red.admin.token);
      expect(answer).toMatchObject({
        status: 422,
        message: expect.stringContaining(search.split('=')[0] ?? ''),
      });
    },
  );
});

describe('whose applications they are', () => {
  test('members share them, other businesses see none, a system administrator sees all', async () => {
    const id = await newApp(server, red, { appName: 'red' });
    const other = await newApp(server, blue, { appName: 'blue' });
    expect(await list('', member.token)).toEqual([['red 1.2'], 1]);
    expect(await list('', blue.admin.token)).toEqual([['blue 1.2'], 1]);
    expect(await list('', await server.adminToken())).toEqual([['red 1.2', 'blue 1.2'], 2]);
    for (const path of [`/app/${other}`, `/app/id/${other}`, '/app/2000000000', '/app/99999999999999999999'])
      expect(await ote(server, 'GET', path, member.token)).toMatchObject({ status: 404 });
    expect(await ote(server, 'GET', `/app/${id}`, member.token)).toMatchObject({ status: 200 });
    for (const path of ['/app/x', '/app/0', '/app/-1', '/app/id/1.5'])
      expect(await ote(server, 'GET', path, member.token)).toMatchObject({ status: 422 });
  });

  test('no filter leads to those of another business, neither listed nor counted', async () => {
    await newApp(server, red, { appName: 'red' });
    const id = await newApp(server, blue, { appName: 'blue' });
    const filters = [
      {},
      { id: { eq: id } },
      { businessId: { eq: blue.id } },
      { name: { contains: 'blue' } },
      { not: { name: { eq: 'red' } } },
      { or: [{ businessId: { eq: blue.id } }, {}] },
    ];
    for (const filter of filters) {
      const document = `query ($filter: AppFilter) { apps(filter: $filter) { totalCount nodes { name } }
        businesses { nodes { apps(filter: $filter) { totalCount nodes { name } } } } }`;
      const { data, errors } = await query<{ apps: { totalCount: number; nodes: object[] } }>(
        server.url,
        document,
        {
          token: red.admin.token,
          variables: { filter },
        },
      );
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('blue');
      expect(data?.apps.totalCount).toBe(data?.apps.nodes.length);
    }
  });

  test('the applications of several businesses are read together', async () => {
    await newApp(server, red, { appName: 'red' });
    await newApp(server, blue, { appName: 'blue' });
    const document = '{ businesses { nodes { id apps { totalCount nodes { name business { id } } } } } }';
    const { data } = await query(server.url, document, { token: await server.adminToken() });
    const of = ({ id }: Tenant, name: string) => ({
      id: String(id),
      apps: { totalCount: 1, nodes: [{ name, business: { id: String(id) } }] },
    });
    expect(data).toEqual({ businesses: { nodes: [of(red, 'red'), of(blue, 'blue')] } });
  });
});

describe('deleting', () => {
  const count = async () => (await server.database.query('select id from apps')).rows.length;
  const remove = async (appId: unknown, token = red.admin.token) =>
    ote(server, 'DELETE', '/app', token, { appId });

  test('several at once; one that is named twice counts once', async () => {
    const one = await newApp(server, red, { appName: 'one' });
    const two = await newApp(server, red, { appName: 'two' });
    await newApp(server, red, { appName: 'three' });
    expect(await remove([two, one, two])).toMatchObject({ status: 200, message: 'success' });
    expect(await list('')).toEqual([['three 1.2'], 1]);
  });

  test('an unknown one, or another business one, lets none be deleted', async () => {
    const own = await newApp(server, red, { appName: 'own' });
    const foreign = await newApp(server, blue, { appName: 'foreign' });
    for (const id of [foreign, 2_000_000_000, 99_999_999_999]) {
      const answer = await remove([own, id]);
      expect(answer).toMatchObject({ status: 404, message: `no application has the id "${id}"` });
    }
    expect(await count()).toBe(2);
  });

  test.each([
    undefined,
    null,
    1,
    '1',
    [],
    ['1'],
    [0],
    [1.5],
    [null],
    Array.from({ length: 1001 }, (_none, i) => i + 1),
  ])('not by %j', async (appId) => {
    const answer = await remove(appId);
    expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(/^appId/) });
  });

  test('one that something uses is a conflict, and then none is deleted', async () => {
    const used = await newApp(server, red, { appName: 'used' });
    const free = await newApp(server, red, { appName: 'free' });
    await server.database.query(`create table uses (app_id int references apps on delete restrict)`);
    try {
      await server.database.query('insert into uses values ($1)', [used]);
      expect(await remove([free, used])).toMatchObject({ status: 409 });
      expect(await count()).toBe(2);
      const document = 'mutation ($input: DeleteAppsInput!) { deleteApps(input: $input) { apps { id } } }';
      const variables = { input: { ids: [free, used] } };
      const { errors } = await query(server.url, document, { token: red.admin.token, variables });
      expect(errors[0]?.extensions.code).toBe('CONFLICT');
    } finally {
      await server.database.query('drop table uses');
    }
    expect(await remove([free, used])).toMatchObject({ status: 200 });
  });

  test('in GraphQL they are answered as they were, in the order in which they were named', async () => {
    const ids = [
      await newApp(server, red, { appName: 'one' }),
      await newApp(server, red, { appName: 'two' }),
    ];
    const document =
      'mutation ($input: DeleteAppsInput!) { deleteApps(input: $input) { apps { name projectName status } } }';
    const variables = { input: { ids: ids.toReversed() } };
    const { data, errors } = await query(server.url, document, { token: red.admin.token, variables });
    expect(errors).toEqual([]);
    const of = (name: string) => ({ name, projectName: '', status: 'USABLE' });
    expect(data).toEqual({ deleteApps: { apps: [of('two'), of('one')] } });
    const again = await query(server.url, document, {
      token: red.admin.token,
      variables: { input: { ids: [] } },
    });
    expect(again.errors[0]?.extensions['fields']).toMatchObject([{ path: 'input.ids' }]);
  });
});

test('the trail tells of each change, and no value of the environment', async () => {
  const env = [{ name: 'PASSWORD', value: 'xyzzy-secret' }];
  const id = await newApp(server, red, { appName: 'traced', env });
  const input = { appName: 'charted', version: '1.0', chart: CHART.toString('base64') };
  const document = 'mutation ($input: UploadChartInput!) { uploadChart(input: $input) { app { id } } }';
  await query(server.url, document, { token: red.admin.token, variables: { input } });
  await ote(server, 'DELETE', '/app', member.token, { appId: [id] });
  const { data } = await query<{ auditEvents: { nodes: object[] } }>(
    server.url,
    '{ auditEvents { nodes { action actorName objectType objectId before after } } }',
    { token: red.admin.token },
  );
  const values = expect.objectContaining({ name: 'traced', version: APP.version, env: ['PASSWORD'] });
  const charted = expect.objectContaining({
    name: 'charted',
    chart: expect.objectContaining({ name: 'hello' }),
  });
  const by = (actorName: string) => ({ actorName, objectType: 'App' });
  expect(data?.auditEvents.nodes).toEqual([
    { ...by(member.name), action: 'app.delete', objectId: String(id), before: values, after: null },
    {
      ...by(red.admin.name),
      action: 'app.create',
      objectId: expect.any(String),
      before: null,
      after: charted,
    },
    { ...by(red.admin.name), action: 'app.create', objectId: String(id), before: null, after: values },
  ]);
  expect(JSON.stringify(data)).not.toContain('xyzzy');
});
