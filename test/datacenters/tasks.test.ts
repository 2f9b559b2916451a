import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../graphql/socket.js';
import { newBusiness, newMember, newUser } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { ask, historyOf, newCenter, optimus, refresh, startClouds, tasksOf } from './support/world.js';

/** Nothing runs by itself here. */
const server = useServer(async () => startClouds());

const offline = async () =>
  String((await optimus(server, 'POST', '/data_center', { name: 'offline' })).body['data']);
const control = async (cid: string, action: string, task: string) =>
  optimus(server, 'POST', '/scheduler/task', { cid, action, task });
const setInterval = async (cid: string, interval: unknown, task = 'dynamic') =>
  optimus(server, 'PUT', '/scheduler/task', { cid, interval, task });

async function insertRuns(id: string, count: number, values = { kind: 'DYNAMIC', status: 'SUCCESS' }) {
  await server.database.query(
    `insert into task_runs (id, data_center_id, data_center_name, kind, status, error_info, started_at, ended_at)
     select md5($1 || $3 || $4 || n), $1, 'name', $3, $4, case when $4 = 'FAILED' then 'why' end,
       now() - n * interval '1 hour', case when $4 <> 'RUNNING' then to_timestamp(1600000000 - n) end
     from generate_series(1, $2::int) n`,
    [id, count, values.kind, values.status],
  );
}

describe('scheduler/task', () => {
  test('shows both jobs as documented', async () => {
    const { id, body } = await newCenter(server);
    const { text } = await optimus(server, 'GET', `/scheduler/task?cid=${id}`);
    const time = (seconds: unknown) => new Date(Number(seconds) * 1000).toUTCString();
    const job = (name: string, next: unknown, interval: number) =>
      `{"job_id":"${id}:taskModel:method_view:${name}","next_run_time":"${time(next)}","interval":${interval},"start":0,"end":0,"status":true}`;
    expect(text).toBe(
      `{"code":200,"data":[{"cid":"${id}","dynamic_task":${job('dynamic_data_refresh', body['dynamic_job'], 3600)},"static_task":${job('refresh_static_task', body['static_job'], 86_400)}}],"status":true}`,
    );
  });

  test('shows none of an offline one, and changes none', async () => {
    const id = await offline();
    const { text } = await optimus(server, 'GET', `/scheduler/task?cid=${id}`);
    expect(text).toBe('{"code":200,"data":[],"status":true}');
    expect((await control(id, 'resume', 'static')).status).toBe(409);
    expect((await setInterval(id, 3600)).status).toBe(409);
    expect((await refresh(server, id)).errors[0]?.extensions.code).toBe('CONFLICT');
  });

  test('a paused job has no next run, the other has, and resumed it has one again', async () => {
    const { id } = await newCenter(server);
    expect((await control(id, 'pause', 'dynamic')).text).toBe('{"code":201,"status":true}');
    expect(await tasksOf(server, id)).toMatchObject({
      dynamic_task: { status: false, next_run_time: null },
      static_task: { status: true, next_run_time: expect.any(String) },
    });
    // Once more changes nothing.
    expect((await control(id, 'pause', 'dynamic')).status).toBe(201);
    expect((await control(id, 'resume', 'dynamic')).text).toBe('{"code":201,"status":true}');
    expect(await tasksOf(server, id)).toMatchObject({ dynamic_task: { status: true } });
  });

  test('the next run is an interval after the last began, at once where that is past', async () => {
    const { id } = await newCenter(server);
    const began = Math.floor(Date.now() / 1000) - 1000;
    await server.database.query(
      "update data_center_tasks set started_at = to_timestamp($2) where data_center_id = $1 and kind = 'DYNAMIC'",
      [id, began],
    );
    const next = async () =>
      Date.parse((await tasksOf(server, id))?.dynamic_task.next_run_time ?? '') / 1000 - began;
    expect((await setInterval(id, 7200)).text).toBe('{"code":200,"status":true}');
    expect(await next()).toBe(7200);
    await setInterval(id, 60);
    expect(await next()).toBeGreaterThanOrEqual(1000);
    await control(id, 'pause', 'dynamic');
    await setInterval(id, 5000);
    expect(await tasksOf(server, id)).toMatchObject({
      dynamic_task: { status: false, next_run_time: null, interval: 5000, start: began },
    });
    await control(id, 'resume', 'dynamic');
    expect(await next()).toBe(5000);
  });

  test.each([
    ['POST', { action: 'stop', task: 'static' }, 'action: must be one of resume, pause'],
    ['POST', { action: 'pause', task: 'all' }, 'task: must be one of dynamic, static'],
    ['POST', { action: 'pause' }, 'task: must be one of dynamic, static'],
    ['PUT', { task: 'static', interval: 59 }, 'interval: must be from 60 to 31536000'],
    ['PUT', { task: 'static', interval: 31_536_001 }, 'interval: must be from 60 to 31536000'],
    ['PUT', { task: 'static', interval: 60.5 }, 'interval: must be a whole number from 60 to 31536000'],
    ['PUT', { task: 'static', interval: '3600' }, 'interval: must be a whole number from 60 to 31536000'],
    ['PUT', { task: 'x', interval: 3600 }, 'task: must be one of dynamic, static'],
  ])('%s %o names the range', async (method, body, message) => {
    const { id } = await newCenter(server);
    const answer = await optimus(server, method, '/scheduler/task', { cid: id, ...body });
    expect(answer.text).toBe(JSON.stringify({ status: false, code: 400, message, data: null }));
  });

  test('needs a data center', async () => {
    expect((await optimus(server, 'GET', '/scheduler/task')).text).toBe(
      '{"status":false,"code":400,"message":"cid: is required","data":null}',
    );
    expect((await optimus(server, 'GET', `/scheduler/task?cid=${'0'.repeat(32)}`)).status).toBe(404);
  });
});

describe('scheduler/task/history', () => {
  test('shows what has ended, the latest first, as documented', async () => {
    const { id } = await newCenter(server);
    await insertRuns(id, 1, { kind: 'STATIC', status: 'FAILED' });
    await insertRuns(id, 1, { kind: 'STATIC', status: 'RUNNING' });
    const { text } = await optimus(server, 'GET', `/scheduler/task/history?cid=${id}`);
    const [{ id: run } = { id: '' }] = await historyOf(server, id);
    expect(text).toBe(
      `{"code":200,"data":[{"id":"${run}","task_name":"static","dc_id":"${id}","dc_name":"name","status":false,"error_info":"why","timestamp":1599999999}],"total_num":1,"status":true,"total":1}`,
    );
  });

  test('is filtered and comes in parts', async () => {
    const { id } = await newCenter(server);
    await insertRuns(id, 60);
    await insertRuns(id, 3, { kind: 'STATIC', status: 'SUCCESS' });
    expect(await historyOf(server, id)).toHaveLength(50);
    expect(await historyOf(server, id, '&offset=50')).toHaveLength(13);
    const fixed = await historyOf(server, id, '&filter=static&limit=2');
    expect(
      fixed.map(({ task_name, status, error_info, timestamp }) => [task_name, status, error_info, timestamp]),
    ).toEqual([
      ['static', true, null, 1_599_999_999],
      ['static', true, null, 1_599_999_998],
    ]);
  });

  test.each([
    ['&filter=none', 'filter: must be one of static, dynamic'],
    ['&limit=0', 'limit: must be a whole number from 1 to 1000'],
    ['&limit=1001', 'limit: must be a whole number from 1 to 1000'],
    ['&limit=ten', 'limit: must be a whole number from 1 to 1000'],
    ['&offset=-1', 'offset: must be a whole number from 0 to 2147483647'],
    ['&offset=2147483648', 'offset: must be a whole number from 0 to 2147483647'],
  ])('%s names the range', async (more, message) => {
    const { id } = await newCenter(server);
    const { text } = await optimus(server, 'GET', `/scheduler/task/history?cid=${id}${more}`);
    expect(text).toBe(JSON.stringify({ status: false, code: 400, message, data: null }));
  });

  test('of what is deleted only system administrators see it', async () => {
    const { admin } = await newBusiness(server);
    const { id } = await newCenter(server, { as: admin.token });
    await insertRuns(id, 2);
    const path = `/scheduler/task/history?cid=${id}`;
    expect((await optimus(server, 'GET', path, undefined, admin.token)).status).toBe(200);
    await optimus(server, 'DELETE', '/data_center', { id }, admin.token);
    expect((await optimus(server, 'GET', path, undefined, admin.token)).status).toBe(404);
    expect(await historyOf(server, id)).toHaveLength(2);
    const { rows } = await server.database.query(
      'select 1 from data_center_tasks where data_center_id = $1',
      [id],
    );
    expect(rows).toEqual([]);
  });
});

describe('in GraphQL', () => {
  test('tasks are paused, resumed and set, and linked both ways', async () => {
    const { admin } = await newBusiness(server);
    const { id, name } = await newCenter(server, { as: admin.token });
    const run = async (field: string, type: string, input: object) => {
      const document = `mutation ($input: ${type}!) { ${field}(input: $input) { task { kind interval isPaused nextRunAt dataCenter { name } } } }`;
      const { data, errors } = await ask<Record<string, { task: object }>>(
        server,
        document,
        { input },
        admin.token,
      );
      expect(errors).toEqual([]);
      return data?.[field]?.task;
    };
    const input = { cid: id, task: 'STATIC' };
    const task = { kind: 'STATIC', interval: 86_400, dataCenter: { name } };
    expect(await run('pauseTask', 'TaskInput', input)).toEqual({ ...task, isPaused: true, nextRunAt: null });
    expect(await run('resumeTask', 'TaskInput', input)).toEqual({
      ...task,
      isPaused: false,
      nextRunAt: expect.any(String),
    });
    expect(await run('setTaskInterval', 'SetTaskIntervalInput', { ...input, interval: 60 })).toMatchObject({
      interval: 60,
    });
    await insertRuns(id, 3);
    await insertRuns(id, 1, { kind: 'STATIC', status: 'FAILED' });
    const { data, errors } = await ask(
      server,
      `query ($id: ID!) { dataCenter(id: $id) {
        tasks(filter: { kind: { eq: STATIC } }) { totalCount nodes { kind startedAt endedAt } }
        taskRuns(first: 1, filter: { status: { eq: FAILED } }) { totalCount nodes { kind status errorInfo missing endedAt dataCenter { name } } } } }`,
      { id },
      admin.token,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      dataCenter: {
        tasks: { totalCount: 1, nodes: [{ kind: 'STATIC', startedAt: null, endedAt: null }] },
        taskRuns: {
          totalCount: 1,
          nodes: [
            {
              kind: 'STATIC',
              status: 'FAILED',
              errorInfo: 'why',
              missing: [],
              endedAt: '2020-09-13T12:26:39.000Z',
              dataCenter: { name },
            },
          ],
        },
      },
    });
  });

  test('an interval that is out of range names the range', async () => {
    const { id } = await newCenter(server);
    const { errors } = await ask(
      server,
      'mutation ($input: SetTaskIntervalInput!) { setTaskInterval(input: $input) { task { id } } }',
      { input: { cid: id, task: 'STATIC', interval: 1 } },
    );
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.interval', message: 'must be from 60 to 31536000' }],
    });
  });

  test('foreign tasks are not there', async () => {
    const [{ admin }, stranger] = [await newBusiness(server), await newUser(server)];
    const { id } = await newCenter(server, { as: admin.token });
    const input = { cid: id, task: 'STATIC' };
    const document = 'mutation ($input: TaskInput!) { pauseTask(input: $input) { task { id } } }';
    const { errors } = await ask(server, document, { input }, stranger.token);
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await refresh(server, id, 'STATIC', stranger.token)).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }`;
    const of = [
      { __typename: 'DataCenter', id },
      { __typename: 'Task', id: `${id}:static` },
    ];
    expect((await ask(server, entities, { of }, stranger.token)).data).toEqual({ _entities: [null, null] });
    expect((await ask(server, entities, { of }, admin.token)).data).toEqual({
      _entities: [{ __typename: 'DataCenter' }, { __typename: 'Task' }],
    });
  });
});

describe('taskRunFinished', () => {
  const running = useServer(async () => startClouds({}, { background: true }));

  test('tells of each run, and of no other tenant', async () => {
    const [own, foreign] = [await newBusiness(running), await newBusiness(running)];
    const member = await newMember(running, own);
    const { id } = await newCenter(running, { as: own.admin.token });
    const listen = (token: string, which = '') => {
      const heard: { dataCenter: { id: string } | null; kind: string; status: string }[] = [];
      const socket = connect(running.url, { token });
      onTestFinished(() => socket.close());
      const { next } = socket.results<{ taskRunFinished: (typeof heard)[number] }>({
        query: `subscription { taskRunFinished${which} { kind status dataCenter { id } } }`,
      });
      void (async () => {
        for (;;) {
          const { data } = await next();
          if (data) heard.push(data.taskRunFinished);
        }
      })().catch(() => undefined);
      return heard;
    };
    const [heard, strange] = [listen(member.token), listen(foreign.admin.token)];
    const chosen = listen(running.token, `(dataCenterId: "${id.toUpperCase()}")`);
    const other = listen(own.admin.token, `(dataCenterId: "${'0'.repeat(32)}")`);
    // Until the subscriptions are known to run, runs may go unheard.
    await expect
      .poll(async () => {
        await refresh(running, id);
        return Math.min(heard.length, chosen.length);
      })
      .toBeGreaterThan(0);
    expect(heard[0]).toEqual({ kind: expect.any(String), status: 'SUCCESS', dataCenter: { id } });
    expect([strange, other]).toEqual([[], []]);
  });

  test('tells of the run that ended with its data center', async () => {
    const { admin } = await newBusiness(running);
    const { id, cloud } = await newCenter(running, { as: admin.token });
    const socket = connect(running.url, { token: admin.token });
    onTestFinished(() => socket.close());
    const { next } = socket.results<{ taskRunFinished: { status: string } }>({
      query: 'subscription { taskRunFinished { status errorInfo dataCenter { id } } }',
    });
    let heard = next();
    const isHeard = async () =>
      Promise.race([heard.then(() => true), refresh(running, id).then(() => false)]);
    await expect.poll(isHeard).toBe(true);
    const { promise, resolve } = Promise.withResolvers<void>();
    onTestFinished(() => resolve());
    cloud.held = promise;
    await expect.poll(async () => (await refresh(running, id)) && cloud.waiting).toBe(1);
    await optimus(running, 'DELETE', '/data_center', { id });
    do heard = next();
    while ((await heard).data?.taskRunFinished.status === 'SUCCESS');
    expect(await heard).toMatchObject({
      data: {
        taskRunFinished: {
          status: 'FAILED',
          errorInfo: 'the data center was deleted while it was read',
          dataCenter: null,
        },
      },
    });
  });
});

test('what is no key refers to no task', async () => {
  const { id } = await newCenter(server);
  const { data, errors } = await ask(
    server,
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Task { id } } }',
    {
      of: ['static', '\0', 'static\0', '\ud800', ''].map((kind) => ({
        __typename: 'Task',
        id: `${id}:${kind}`,
      })),
    },
  );
  expect(errors ?? []).toEqual([]);
  expect(data).toEqual({ _entities: [{ id: `${id}:static` }, null, null, null, null] });
});
