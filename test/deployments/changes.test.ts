import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CHART, formOf } from '../apps/support/charts.js';
import { ask, startEdge } from '../edge/support/world.js';
import { newBusiness, newMember, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import {
  type World,
  audit,
  newApp,
  remove,
  request,
  rollBack,
  show,
  upgrade,
  waiting,
} from './support/world.js';

// Nothing is carried out here: whatever is approved waits.
let world: World;
beforeAll(async () => {
  const server = await startEdge();
  world = { server, tenant: await newBusiness(server) };
});
afterAll(() => world.server.stop());

/** As if its first change had been carried out. */
async function begin(id: string): Promise<void> {
  await world.server.database.query(
    `update deployments d set change_id = a.id, change_type = 'NEW', app_id = requested_app_id, requested_app_id = null,
       request = null, outcome = 'SUCCESS', status = 'SUCCESS'
     from deployment_audits a where a.deployment_id = d.id and d.id = $1`,
    [id],
  );
  await world.server.database.query(
    `update deployment_audits set status = 'APPROVED', begun_at = now(), outcome = 'SUCCESS' where deployment_id = $1`,
    [id],
  );
}

async function running(versions = ['1.0', '1.1', '1.2']) {
  const appName = await newApp(world, versions);
  const made = await request(world, { deployName: uniqueName('dep'), appName, version: '1.0' });
  await begin(made.id);
  return { ...made, appName };
}

describe('who asks', () => {
  test('a general user waits, and so does an administrator of the business unless ADMIN_AUTO_DEPLOY', async () => {
    const { server, tenant } = world;
    const appName = await newApp(world);
    const member = await newMember(server, tenant);
    for (const token of [member.token, tenant.admin.token]) {
      const made = await request(world, { deployName: uniqueName('dep'), appName, version: '1.0' }, token);
      expect(made.status).toBe('PENDING');
    }
    const own = await startEdge({ ADMIN_AUTO_DEPLOY: 'true' });
    try {
      const auto = { server: own, tenant: await newBusiness(own) };
      const other = await newApp(auto);
      const draft = { deployName: uniqueName('dep'), appName: other, version: '1.0' };
      expect((await request(auto, draft)).status).toBe('APPROVED');
      const { token } = await newMember(own, auto.tenant);
      expect((await request(auto, { ...draft, deployName: uniqueName('dep') }, token)).status).toBe(
        'PENDING',
      );
      const { data } = await ote(own, 'GET', '/authorization', auto.tenant.admin.token);
      expect(data).toMatchObject({ enableAdminAutoDeploy: true });
    } finally {
      await own.stop();
    }
    const { data } = await ote(server, 'GET', '/authorization', tenant.admin.token);
    expect(data).toMatchObject({ enableAdminAutoDeploy: false });
  });

  test('a chart is approved by a system administrator alone, also with ADMIN_AUTO_DEPLOY', async () => {
    const server = await startEdge({ ADMIN_AUTO_DEPLOY: 'true' });
    onTestFinished(() => server.stop());
    const { id, admin } = await newBusiness(server);
    const appName = uniqueName('chart');
    const sent = await send(`${server.url}/v1/app/chart`, {
      method: 'POST',
      headers: { authorization: admin.token },
      body: formOf({ appName, version: '1.0', chart: CHART }),
    });
    expect(sent.status).toBe(200);
    const auto = { server, tenant: { id, admin } };
    const draft = { deployName: uniqueName('dep'), appName, version: '1.0' };
    const made = await request(auto, draft, admin.token);
    expect(made.status).toBe('PENDING');
    const [change] = await waiting(auto, made.id);
    const decision = { id: Number(change), status: 1, comment: '' };
    expect(await ote(server, 'PUT', '/admin/deploy', admin.token, decision)).toMatchObject({
      status: 403,
      message: expect.stringContaining('a system administrator approves it') as string,
    });
    expect((await show(auto, made.id)).status).toBe('PENDING');
    expect(await ote(server, 'PUT', '/admin/deploy', server.token, decision)).toMatchObject({ status: 200 });
    expect((await show(auto, made.id)).status).toBe('APPROVED');
  });

  test('a system administrator has no business to deploy for, and changes what others deployed at once', async () => {
    const { id } = await running();
    const draft = { deployName: uniqueName('dep'), appName: 'a', version: '1.0' };
    await expect(request(world, draft, world.server.token)).rejects.toThrow('FORBIDDEN');
    expect(await upgrade(world, id, '1.1')).toMatchObject({ status: 'APPROVED', version: '1.0' });
  });

  test('an administrator of another business neither sees, changes nor audits it', async () => {
    const { id } = await running();
    const other = await newBusiness(world.server);
    const { token } = other.admin;
    await expect(upgrade(world, id, '1.1', token)).rejects.toThrow('NOT_FOUND');
    await upgrade(world, id, '1.1', world.tenant.admin.token);
    const [change] = await waiting(world, id);
    const input = { id: change, status: 'APPROVED' };
    const answer = await ask(
      world.server,
      'mutation ($input: AuditDeploymentInput!) { auditDeployment(input: $input) { audit { id } } }',
      { input },
      token,
    );
    expect(answer.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const list = await ask(
      world.server,
      '{ deployments { totalCount } deploymentAudits { totalCount } }',
      {},
      token,
    );
    expect(list.data).toEqual({ deployments: { totalCount: 0 }, deploymentAudits: { totalCount: 0 } });
  });
});

describe('what is asked', () => {
  test.each([
    ['deployName', { deployName: 'Upper' }, 'lower-case letters, digits and -'],
    ['deployName', { deployName: '-a' }, 'a letter or digit at both ends'],
    ['version', { version: '1' }, '2 to 4 numbers'],
    ['cluster', { cluster: 'a b' }, 'letters, digits and -'],
    ['nodeLabel', { nodeLabel: 'x'.repeat(64) }, 'at most 63'],
    ['nodeLabel', { nodeLabel: '-x' }, 'begin and end with a letter or digit'],
  ])('a wrong %s is refused with the rule, at both doors', async (field, wrong, rule) => {
    const draft = {
      deployName: 'right',
      appName: 'right',
      version: '1.0',
      cluster: '',
      nodeLabel: '',
      comment: '',
    };
    const rest = await ote(world.server, 'POST', '/deploy', world.tenant.admin.token, { ...draft, ...wrong });
    expect(rest).toMatchObject({ status: 422, message: expect.stringContaining(field) as string });
    expect(rest.message).toContain(rule);
    await expect(request(world, { ...draft, ...wrong })).rejects.toThrow(`BAD_USER_INPUT: input.${field}`);
  });

  test('an unknown application or version is 404, at both doors', async () => {
    const appName = await newApp(world);
    const draft = {
      deployName: uniqueName('dep'),
      appName,
      version: '9.9',
      cluster: '',
      nodeLabel: '',
      comment: '',
    };
    expect((await ote(world.server, 'POST', '/deploy', world.tenant.admin.token, draft)).status).toBe(404);
    await expect(request(world, draft)).rejects.toThrow('NOT_FOUND');
    await expect(request(world, { ...draft, appName: 'nothing', version: '1.0' })).rejects.toThrow(
      'NOT_FOUND',
    );
  });

  test('a name that is taken is 409', async () => {
    const { deployName, appName } = await running();
    await expect(request(world, { deployName, appName, version: '1.0' })).rejects.toThrow('CONFLICT');
  });

  test('of two upgrades at the same time one wins, and the other is 409', async () => {
    const { id } = await running();
    const { server, tenant } = world;
    const answers = await Promise.all(
      ['1.1', '1.2'].map(async (version) =>
        ote(server, 'POST', `/deploy/id/${id}`, tenant.admin.token, { version }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(await waiting(world, id)).toHaveLength(1);
  });

  test('while a change waits it is not editable, and nothing else can be asked', async () => {
    const { id } = await running();
    expect(await show(world, id)).toMatchObject({ editable: true });
    await upgrade(world, id, '1.1', world.tenant.admin.token);
    expect(await show(world, id)).toMatchObject({
      editable: false,
      status: 'PENDING',
      deployType: 'UPGRADE',
    });
    await expect(upgrade(world, id, '1.2')).rejects.toThrow('CONFLICT');
    await expect(rollBack(world, id, '1.0')).rejects.toThrow('CONFLICT');
    await expect(remove(world, id, world.tenant.admin.token)).rejects.toThrow('CONFLICT');
    await audit(world, id, 'DISAPPROVED', 'not now');
    expect(await show(world, id)).toMatchObject({
      editable: true,
      status: 'DISAPPROVED',
      deployType: 'UPGRADE',
      version: '1.0',
      auditComment: 'not now',
    });
    await upgrade(world, id, '1.2');
  });

  test('an audit decides once', async () => {
    const { id } = await running();
    await upgrade(world, id, '1.1', world.tenant.admin.token);
    const [change] = await waiting(world, id);
    const decide = async (status: number) =>
      ote(world.server, 'PUT', '/admin/deploy', world.tenant.admin.token, {
        id: Number(change),
        status,
        comment: 'c',
      });
    expect((await decide(0)).status).toBe(200);
    expect(await show(world, id)).toMatchObject({ status: 'PENDING', auditComment: 'c' });
    expect((await decide(1)).status).toBe(200);
    expect((await decide(2)).status).toBe(409);
    expect((await decide(3)).status).toBe(422);
  });

  test('only what ran before can be rolled back to, and needs no application any more', async () => {
    const { id, appName } = await running();
    await expect(rollBack(world, id, '1.1')).rejects.toThrow('NOT_FOUND');
    await world.server.database.query(
      `insert into deployment_audits select (jsonb_populate_record(a, '{"id": 0, "version": "0.9"}')).*
       from deployment_audits a where deployment_id = $1`,
      [id],
    );
    await world.server.database.query('update deployment_audits set id = $1 where id = 0', [
      1_000_000 + Number(id),
    ]);
    expect(await rollBack(world, id, '0.9')).toMatchObject({ deployType: 'ROLLBACK' });
    const { rows } = await world.server.database.query('select id from apps where name = $1', [appName]);
    expect(rows).toHaveLength(3);
  });

  test('an application that a deployment uses, or shall, cannot be deleted until that is gone', async () => {
    const { id, appName } = await running();
    await upgrade(world, id, '1.1', world.tenant.admin.token);
    const appId = async (version: string) => {
      const found = await world.server.database.query(
        'select id from apps where name = $1 and version = $2',
        [appName, version],
      );
      return Number(found.rows[0]?.['id']);
    };
    const { server, tenant } = world;
    const drop = async (version: string) =>
      (await ote(server, 'DELETE', '/app', tenant.admin.token, { appId: [await appId(version)] })).status;
    expect(await drop('1.0')).toBe(409);
    expect(await drop('1.1')).toBe(409);
    expect(await drop('1.2')).toBe(200);
    await audit(world, id, 'DISAPPROVED');
    expect(await drop('1.1')).toBe(200);
  });

  test('what never ran is deleted at once, by its name too, and withdraws what waited', async () => {
    const appName = await newApp(world);
    const draft = { deployName: uniqueName('dep'), appName, version: '1.0' };
    const made = await request(world, draft);
    const { server, tenant } = world;
    expect((await ote(server, 'DELETE', `/deploy/${draft.deployName}`, tenant.admin.token)).status).toBe(200);
    expect(await show(world, made.id)).toMatchObject({
      status: 'DELETED',
      deployType: 'DELETE',
      editable: false,
    });
    expect(await waiting(world, made.id)).toEqual([]);
    expect((await ote(server, 'DELETE', `/deploy/${draft.deployName}`, tenant.admin.token)).status).toBe(404);
    expect((await ote(server, 'DELETE', `/deploy/id/${made.id}`, tenant.admin.token)).status).toBe(404);
    await request(world, draft);
  });

  test('the trail of changes knows who asked and who decided', async () => {
    const { id } = await running();
    await upgrade(world, id, '1.1', world.tenant.admin.token);
    await audit(world, id);
    const filter = { objectType: { eq: 'Deployment' }, objectId: { eq: id } };
    const { data } = await ask<{ auditEvents: { nodes: { action: string; actorName: string }[] } }>(
      world.server,
      'query ($filter: AuditEventFilter) { auditEvents(filter: $filter) { nodes { action actorName } } }',
      { filter },
    );
    expect(data?.auditEvents.nodes).toEqual([
      { action: 'deployment.audit', actorName: 'admin' },
      { action: 'deployment.upgrade', actorName: world.tenant.admin.name },
      { action: 'deployment.new', actorName: world.tenant.admin.name },
    ]);
  });
});

describe('lists of the REST door', () => {
  test('are filtered, cut and paged as documented', async () => {
    const { server } = world;
    const tenant = await newBusiness(server);
    const own = { server, tenant };
    const appName = await newApp(own);
    const { token } = tenant.admin;
    const names = ['a', 'b', 'c'].map((name) => `${name}-${appName}`);
    for (const deployName of names) await request(own, { deployName, appName, version: '1.0' });
    const { rows } = await server.database.query(
      'select id from deployments where business_id = $1 order by id',
      [tenant.id],
    );
    const [first, second] = rows.map(({ id }) => String(id as number));
    await begin(first ?? '');
    await server.database.query('update deployments set running = 3 where id = $1', [first]);
    await ote(server, 'DELETE', `/deploy/id/${second}`, token);
    const list = async (query: string) => {
      const { data, total } = await ote(server, 'GET', `/deploy?field=deployName&${query}`, token);
      return [(data as { deployName: string }[]).map(({ deployName }) => deployName), total];
    };
    expect(await list('')).toEqual([[names[0], names[2]], 2]);
    expect(await list('page=2&pageSize=1')).toEqual([[names[2]], 2]);
    expect(await list('editable=true')).toEqual([[names[0]], 1]);
    expect(await list('editable=false')).toEqual([[names[2]], 1]);
    expect(await list('running=true')).toEqual([[names[0]], 1]);
    expect(await list(`appName=${appName}&appNameMode=strict`)).toEqual([[names[0], names[2]], 2]);
    expect(await list(`appName=${appName.slice(1)}&appNameMode=prefix`)).toEqual([[], 0]);
    expect(await list(`appName=${appName.slice(1)}`)).toEqual([[names[0], names[2]], 2]);
    for (const wrong of [
      'field=nothing',
      'running=false',
      'editable=x',
      'appNameMode=x',
      'field=historyVersion',
    ])
      expect((await ote(server, 'GET', `/deploy?${wrong}`, token)).status).toBe(422);
    const one = await ote(server, 'GET', `/deploy/id/${first}?field=id,historyVersion`, token);
    expect(one.data).toEqual({ id: Number(first), historyVersion: ['1.0'] });
  });
});
