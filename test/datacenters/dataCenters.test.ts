import { describe, expect, test } from 'vitest';
import { newBusiness, newMember, newUser, ote, uniqueName } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { ask, newCenter, onlineDraft, optimus, startClouds } from './support/world.js';

const server = useServer(async () => startClouds());

const offlineDraft = (name = uniqueName('dc')) => ({
  name,
  mode: false,
  country: 'c',
  province: 'p',
  city: 't',
  cee_version: 'v',
});

async function made(draft: object, as?: string): Promise<string> {
  const { status, body } = await optimus(server, 'POST', '/data_center', draft, as);
  expect(status).toBe(200);
  return String(body['data']);
}

const show = async (id: string, as?: string) =>
  optimus(server, 'GET', `/data_center?id=${id}`, undefined, as);

describe('in Optimus', () => {
  test('one is made, shown, changed and deleted', async () => {
    const draft = offlineDraft();
    const created = await optimus(server, 'POST', '/data_center', draft);
    const id = String(created.body['data']);
    expect(created.text).toBe(`{"status":true,"data":"${id}","message":"success","code":200}`);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect((await show(id)).text).toBe(
      `{"status":true,"data":{"cee_version":"v","city":"t","country":"c","id":"${id}","lcm_ip":"","lcm_pwd":"","lcm_user":"","lcmrc_dir":"","mode":false,"name":"${draft.name}","openstackrc_dir":"","province":"p","system_name":""},"code":200}`,
    );
    const changed = await optimus(server, 'PUT', '/data_center', { id, city: 'elsewhere' });
    expect(changed.text).toBe('{"status":true,"message":"success","code":200}');
    expect((await show(id)).body['data']).toMatchObject({ city: 'elsewhere', country: 'c' });
    const gone = await optimus(server, 'DELETE', '/data_center', { id });
    expect(gone.text).toBe(`{"status":true,"data":"${id}","message":"success","code":200}`);
    expect((await show(id)).status).toBe(404);
    expect((await optimus(server, 'DELETE', '/data_center', { id })).status).toBe(404);
  });

  test('all come with their number, the oldest first', async () => {
    const { admin } = await newBusiness(server);
    const names = ['b', 'a'];
    for (const name of names) await made(offlineDraft(name), admin.token);
    const { text, body } = await optimus(server, 'GET', '/data_center', undefined, admin.token);
    expect(text).toMatch(/^\{"code":200,"data":\[\{"cee_version":"v",.*\],"status":true,"total":2\}$/);
    expect((body['data'] as unknown as { name: string }[]).map(({ name }) => name)).toEqual(names);
  });

  test('an online one answers when its jobs run next', async () => {
    const { id, body } = await newCenter(server);
    expect(Object.keys(body)).toEqual(['status', 'data', 'static_job', 'dynamic_job', 'message', 'code']);
    const now = Date.now() / 1000;
    for (const job of ['static_job', 'dynamic_job']) {
      expect(Number(body[job])).toBeGreaterThan(now - 60);
      expect(Number(body[job])).toBeLessThan(now + 60);
    }
    expect(body).toMatchObject({ status: true, message: 'success', code: 200 });
    expect((await show(id)).body['data']).toMatchObject({ mode: true, lcm_pwd: '******' });
  });

  test('an online one is kept whose LCM does not answer, and says so', async () => {
    const { status, body } = await optimus(server, 'POST', '/data_center', onlineDraft('nowhere'));
    expect({ status, message: body['message'] }).toEqual({
      status: 200,
      message: 'unable to reach the host',
    });
    expect((await show(String(body['data']))).status).toBe(200);
  });

  test.each([
    ['without a name', { ...offlineDraft(), name: undefined }, 'name: is required'],
    ['without an address', { ...onlineDraft('x'), lcm_ip: '' }, 'lcm_ip: is required'],
    ['without a password', { ...onlineDraft('x'), lcm_pwd: undefined }, 'lcm_pwd: is required'],
    ['with the mask for a password', { ...onlineDraft('x'), lcm_pwd: '******' }, 'lcm_pwd: is required'],
    ['without a file', { ...onlineDraft('x'), openstackrc_dir: '' }, 'openstackrc_dir: is required'],
    ['at an URL', onlineDraft('https://x/'), 'lcm_ip: must be an address'],
    ['at port 0', onlineDraft('10.0.0.1:0'), 'lcm_ip: must be an address'],
    ['at port 65536', onlineDraft('10.0.0.1:65536'), 'lcm_ip: must be an address'],
    [
      'with a path of two lines',
      { ...onlineDraft('x'), openstackrc_dir: 'a\nb' },
      'openstackrc_dir: must be',
    ],
    ['with a mode that is none', { ...offlineDraft(), mode: 'online' }, 'mode: '],
    ['with a NUL', { ...offlineDraft(), city: 'a\0' }, 'city: must not contain the NUL'],
  ])('one %s is refused', async (_what, draft, message) => {
    const { status, body } = await optimus(server, 'POST', '/data_center', draft);
    expect({ status, ...body }).toEqual({
      status: false,
      code: 400,
      message: expect.stringContaining(message),
      data: null,
    });
  });

  test('addresses may have ports, and brackets', async () => {
    for (const address of ['10.0.0.1:2222', '[2001:db8::1]:2222', '2001:db8::1', 'lcm_ip:22']) {
      const id = await made(onlineDraft(address));
      expect((await show(id)).body['data']).toMatchObject({ lcm_ip: address });
    }
  });

  test('name and mode cannot be changed, and may be sent as they are', async () => {
    const draft = offlineDraft();
    const id = await made(draft);
    const same = { id, name: draft.name, mode: false, city: 'x' };
    expect((await optimus(server, 'PUT', '/data_center', same)).status).toBe(200);
    for (const [field, value] of Object.entries({ name: 'other', mode: true })) {
      const { status, body } = await optimus(server, 'PUT', '/data_center', { id, [field]: value });
      expect({ status, message: body['message'] }).toEqual({
        status: 400,
        message: `${field}: cannot be changed`,
      });
    }
  });

  test('a mask keeps the password, an online one needs one, and it goes to no other address', async () => {
    const { id, address } = await newCenter(server);
    const stored = async () => {
      const { rows } = await server.database.query('select lcm_pwd from data_centers where id = $1', [id]);
      return String(rows[0]?.['lcm_pwd']);
    };
    const first = await stored();
    expect(first).not.toContain('lcm_pwd');
    const put = async (changes: object) =>
      (await optimus(server, 'PUT', '/data_center', { id, ...changes })).status;
    expect(await put({ lcm_pwd: '******', lcm_ip: address, city: 'x' })).toBe(200);
    expect(await stored()).toBe(first);
    expect(await put({ lcm_pwd: '' })).toBe(400);
    expect(await put({ lcm_pwd: '******', lcm_ip: 'evil.example.org' })).toBe(400);
    expect(await put({ lcm_ip: 'evil.example.org' })).toBe(400);
    expect(await stored()).toBe(first);
    expect(await put({ lcm_pwd: 'new', lcm_ip: 'other.example.org' })).toBe(200);
    expect(await stored()).not.toBe(first);
  });

  test('ids of another form are wrong parameters', async () => {
    expect((await show('1')).status).toBe(400);
    for (const method of ['PUT', 'DELETE'])
      expect((await optimus(server, method, '/data_center', { id: 'x' })).status).toBe(400);
    expect((await show('0'.repeat(32))).status).toBe(404);
  });
});

const REGISTER = `mutation ($input: RegisterDataCenterInput!) { registerDataCenter(input: $input) {
  dataCenter { id name mode lcmIp hasLcmPwd hostKeyFingerprint business { id } tasks { nodes { kind interval isPaused jobId } } }
  connection { isConnected failure message reason hostKeyFingerprint } } }`;
const UPDATE = `mutation ($input: UpdateDataCenterInput!) { updateDataCenter(input: $input) {
  dataCenter { id city hostKeyFingerprint } } }`;

/** As ssh-keygen prints it. */
const FINGERPRINT = 'SHA256:yy9mVNeYi9MThITkC0/uHnxLQyQpCiMJQRx/xobRTyo';

describe('in GraphQL', () => {
  test('one is registered, with its tasks and the host key that was seen first', async () => {
    const { id, address } = await newCenter(server);
    const input = {
      name: uniqueName('dc'),
      mode: true,
      lcmIp: address,
      lcmUser: 'lcm_user',
      lcmPwd: 'lcm_pwd',
      openstackrcDir: '/root/openrc',
    };
    const { data, errors } = await ask(server, REGISTER, { input });
    expect(errors).toEqual([]);
    const made = data?.['registerDataCenter'] as { dataCenter: { id: string; hostKeyFingerprint: string } };
    const job = (name: string) => `${made.dataCenter.id}:taskModel:method_view:${name}`;
    expect(made).toEqual({
      dataCenter: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name: input.name,
        mode: true,
        lcmIp: address,
        hasLcmPwd: true,
        hostKeyFingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
        business: null,
        tasks: {
          nodes: [
            { kind: 'DYNAMIC', interval: 3600, isPaused: false, jobId: job('dynamic_data_refresh') },
            { kind: 'STATIC', interval: 86_400, isPaused: false, jobId: job('refresh_static_task') },
          ],
        },
      },
      connection: {
        isConnected: true,
        failure: null,
        message: 'success',
        reason: null,
        hostKeyFingerprint: made.dataCenter.hostKeyFingerprint,
      },
    });
    expect(made.dataCenter.id).not.toBe(id);
  });

  test('the host key is forgotten when that is asked for, and with another address', async () => {
    const { id } = await newCenter(server);
    const fingerprint = async (changes: object) => {
      const { data, errors } = await ask<{
        updateDataCenter: { dataCenter: { hostKeyFingerprint: string | null } };
      }>(server, UPDATE, { input: { id, ...changes } });
      expect(errors).toEqual([]);
      return data?.updateDataCenter.dataCenter.hostKeyFingerprint;
    };
    expect(await fingerprint({ city: 'x' })).toBe(FINGERPRINT);
    expect(await fingerprint({ forgetHostKey: true })).toBeNull();
    await optimus(server, 'GET', `/connect_status?cid=${id}`);
    expect(await fingerprint({ city: 'y' })).toBe(FINGERPRINT);
    expect(await fingerprint({ lcmIp: 'other.example.org', lcmPwd: 'lcm_pwd' })).toBeNull();
  });

  test('what is wrong is named', async () => {
    const { errors } = await ask(server, REGISTER, { input: { name: '', lcmIp: 'a b' } });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [
        { path: 'input.name', message: 'must have 1 to 64 characters' },
        { path: 'input.lcmIp', message: expect.stringContaining('must be an address') },
      ],
    });
  });
});

describe('tenants', () => {
  test('a business sees its own, and what is foreign is not there', async () => {
    const [own, foreign] = [await newBusiness(server), await newBusiness(server)];
    const member = await newMember(server, own);
    const id = await made(offlineDraft('shared'), member.token);
    expect((await show(id, own.admin.token)).status).toBe(200);
    expect((await show(id)).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', `/data_center?id=${id}`, undefined],
      ['PUT', '/data_center', { id, city: 'x' }],
      ['DELETE', '/data_center', { id }],
      ['GET', `/connect_status?cid=${id}`, undefined],
      ['GET', `/scheduler/task?cid=${id}`, undefined],
      ['GET', `/scheduler/task/history?cid=${id}`, undefined],
      ['POST', '/scheduler/task', { cid: id, action: 'pause', task: 'static' }],
      ['PUT', '/scheduler/task', { cid: id, interval: 3600, task: 'static' }],
    ] as const)
      expect([method, path, (await optimus(server, method, path, body, foreign.admin.token)).status]).toEqual(
        [method, path, 404],
      );
    const { data } = await ask(server, '{ dataCenters { totalCount } }', {}, foreign.admin.token);
    expect(data).toEqual({ dataCenters: { totalCount: 0 } });
    // The same name in another business.
    await made(offlineDraft('shared'), foreign.admin.token);
    expect(
      (await optimus(server, 'POST', '/data_center', offlineDraft('shared'), own.admin.token)).status,
    ).toBe(409);
  });

  test("what was a user's alone moves into the business that it gets", async () => {
    const [user, other] = [await newUser(server, { isAdmin: true }), await newUser(server)];
    const id = await made(offlineDraft(), user.token);
    expect((await show(id, other.token)).status).toBe(404);
    expect((await show(id, user.token)).status).toBe(200);
    const draft = { name: uniqueName('business'), introduce: 'i', objective: 'o', scale: 's' };
    const { data } = await ote(server, 'POST', '/business', user.token, draft);
    const { rows } = await server.database.query('select max(id) as id from businesses');
    const business = { id: Number(rows[0]?.['id']), admin: user };
    expect(data).not.toBeNull();
    await ote(server, 'PUT', `/business/id/${business.id}`, server.token, { comment: '', status: 1 });
    expect((await show(id, user.token)).status).toBe(200);
    const member = await newMember(server, business);
    expect((await show(id, member.token)).status).toBe(200);
  });
});

test('with OPTIMUS_REVEAL_SECRETS the password is shown', async () => {
  const revealing = await startClouds({ OPTIMUS_REVEAL_SECRETS: 'true' });
  try {
    const { id } = await newCenter(revealing);
    const { body } = await optimus(revealing, 'GET', `/data_center?id=${id}`);
    expect(body['data']).toMatchObject({ lcm_pwd: 'lcm_pwd' });
  } finally {
    await revealing.stop();
  }
});

test('no password is in the trail, the log, or what the graph tells', async () => {
  const { id } = await newCenter(server);
  await ask(server, UPDATE, { input: { id, lcmPwd: 'Very-Secret-Words' } });
  const { rows } = await server.database.query(
    "select action, coalesce(before::text, '') || coalesce(after::text, '') as text from audit_events where object_id = $1 order by id",
    [id],
  );
  expect(rows.map(({ action }) => action)).toEqual(['datacenter.create', 'datacenter.update']);
  expect(String(rows[1]?.['text'])).toBe('{}{"secretReplaced": true}');
  expect(JSON.stringify(rows) + server.log()).not.toContain('Very-Secret-Words');
});
