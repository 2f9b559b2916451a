import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { OPERATIONS, operationOf } from '../support/modelarts/catalogue.js';
import { answerFaults } from '../support/modelarts/checks.js';
import { type Example, exampleOf } from '../support/modelarts/examples.js';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';

let fake: FakeModelArts;
let token: string;

beforeAll(async () => {
  fake = await FakeModelArts.start();
});
afterAll(() => fake.close());
beforeEach(async () => {
  fake.reset();
  token = await logIn();
});

async function logIn(password = fake.user.password): Promise<string> {
  const { user: name, domain } = fake.user;
  const response = await fetch(`${fake.url}/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name, password, domain: { name: domain } } } },
        scope: { project: { name: fake.region } },
      },
    }),
  });
  return response.headers.get('x-subject-token') ?? `refused with ${response.status}`;
}

async function send(example: Omit<Example, 'mediaType'> & { mediaType?: string | undefined }) {
  const { method, target, mediaType, body } = example;
  const response = await fetch(`${fake.url}${target}`, {
    method,
    headers: { 'X-Auth-Token': token, ...(mediaType !== undefined && { 'Content-Type': mediaType }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
  };
}

const list = async (target: string) => {
  const { body } = await send({
    method: 'GET',
    target: target.replace('{project_id}', fake.projectId),
    body: undefined,
  });
  return body ?? {};
};

describe.each([
  ['all arguments', true],
  ['what they need', false],
])('operations with %s', (_, isFull) => {
  test.each(OPERATIONS.map(({ operationId }) => operationId))('%s', async (id) => {
    const operation = operationOf(id);
    const { status, body } = await send(exampleOf(operation, fake.projectId, isFull));
    expect(fake.refusals).toEqual([]);
    expect(status).toBeLessThan(300);
    expect(answerFaults(operation, body)).toEqual([]);
    expect(fake.requests.map(({ operation, by }) => [operation, by])).toEqual([[id, 'token']]);
  });
});

test('there are 182', () => {
  expect(new Set(OPERATIONS.map(({ operationId }) => operationId)).size).toBe(182);
});

describe('refused are', () => {
  const notebooks = '/v1/{project_id}/notebooks';
  const draft = { name: 'n', image_id: 'i', volume: { category: 'EFS', ownership: 'MANAGED', capacity: 5 } };

  test.each([
    ['an unknown parameter', 'GET', `${notebooks}?colour=red`, undefined, 'query.colour is unknown'],
    ['text for a number', 'GET', `${notebooks}?limit=many`, undefined, 'query.limit is no integer'],
    ['another value', 'GET', `${notebooks}?sort_dir=UP`, undefined, 'query.sort_dir is none of ASC, DESC'],
    [
      'one that is there twice',
      'GET',
      `${notebooks}?limit=1&limit=2`,
      undefined,
      'query.limit is there 2 times',
    ],
    [
      'none of those needed',
      'GET',
      '/v1/{project_id}/events',
      undefined,
      'query.resource is missing; query.name is missing',
    ],
    ['no body', 'POST', notebooks, undefined, 'body is missing'],
    [
      'a body without what is needed',
      'POST',
      notebooks,
      { name: 'n', image_id: 'i' },
      'body.volume is missing',
    ],
    ['an unknown field', 'POST', notebooks, { ...draft, colour: 'red' }, 'body.colour is unknown'],
    ['a number for text', 'POST', notebooks, { ...draft, name: 5 }, 'body.name is no string'],
    [
      'another value within',
      'POST',
      notebooks,
      { ...draft, volume: { ...draft.volume, category: 'TAPE' } },
      'body.volume.category is none of',
    ],
    ['what is no JSON', 'POST', notebooks, '{', 'body is no JSON'],
    [
      'a body that nobody wants',
      'POST',
      `${notebooks}/notebook-0/stop`,
      {},
      'body is not for this operation',
    ],
    ['too large a page', 'GET', `${notebooks}?limit=100000`, undefined, 'limit must be from 1 to 1000'],
    [
      'a marker of our own',
      'GET',
      '/v1/{project_id}/networks?continue=5',
      undefined,
      'continue is not from a page',
    ],
  ])('%s', async (_, method, target, body, why) => {
    const answer = await send({
      method,
      target: target.replace('{project_id}', fake.projectId),
      mediaType: 'application/json',
      body,
    });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'ModelArts.0104' } });
    expect(answer.body?.['error_msg']).toContain(why);
  });

  test('another media type, another project, nobody, what is not there', async () => {
    const target = `/v1/${fake.projectId}/notebooks`;
    const patch = `/v2/${fake.projectId}/pools/pool-0`;
    expect(
      (await send({ method: 'PATCH', target: patch, mediaType: 'application/json', body: {} })).status,
    ).toBe(400);
    expect((await send({ method: 'GET', target: '/v1/another/notebooks', body: undefined })).status).toBe(
      403,
    );
    expect((await send({ method: 'GET', target: `${target}/notebook-99`, body: undefined })).status).toBe(
      404,
    );
    expect((await send({ method: 'GET', target: '/v1/nothing', body: undefined })).status).toBe(404);
    expect((await fetch(`${fake.url}${target}`)).status).toBe(401);
  });
});

describe('tokens', () => {
  const target = () => ({ method: 'GET', target: `/v1/${fake.projectId}/notebooks`, body: undefined });

  test('are for whoever has the password', async () => {
    expect(await logIn('wrong')).toBe('refused with 401');
  });

  test('end when revoked, and in their time', async () => {
    fake.iam.revoke();
    expect(await send(target())).toMatchObject({ status: 401, body: { error_code: 'APIGW.0307' } });
    token = await logIn();
    expect((await send(target())).status).toBe(200);
    fake.skew = 86_400_001;
    const late = await send(target());
    fake.skew = 0;
    expect(late.status).toBe(401);
  });
});

describe('what is there', () => {
  test('comes in pages by number', async () => {
    const pages = ['', '?offset=10', '?offset=10&limit=1'].map((search) =>
      list(`/v1/{project_id}/notebooks${search}`),
    );
    const [first, second, third] = await Promise.all(pages);
    expect(first).toMatchObject({ total: 12, pages: 2, size: 10, current: 0 });
    expect(first?.['data']).toHaveLength(10);
    expect(second).toMatchObject({ data: [{ id: 'notebook-10' }, { id: 'notebook-11' }], total: 12 });
    expect(third).toMatchObject({ data: [{ id: 'notebook-10' }], total: 12 });
  });

  test('comes in pages that are counted, where Huawei counts them', async () => {
    const { body } = await send({
      method: 'POST',
      target: `/v2/${fake.projectId}/training-job-searches`,
      mediaType: 'application/json',
      body: { offset: 3, limit: 2 },
    });
    expect(body).toMatchObject({
      items: [{ metadata: { id: 'job-6' } }, { metadata: { id: 'job-7' } }],
      offset: 3,
    });
  });

  test('comes in small pages only, where the region insists', async () => {
    const strict = await FakeModelArts.start({ hasSmallPages: true });
    onTestFinished(() => strict.close());
    strict.iam.knows = () => true;
    const ask = async (limit: number) => {
      const response = await fetch(`${strict.url}/v1/${strict.projectId}/notebooks?limit=${limit}`, {
        headers: { 'X-Auth-Token': 'any' },
      });
      return response.status;
    };
    expect([await ask(50), await ask(51)]).toEqual([200, 400]);
  });

  test('comes in pages by marker', async () => {
    const first = await list('/v2/{project_id}/pools/pool-1/nodes?limit=3');
    const { continue: marker, remainingItemCount } = first['metadata'] as Record<string, unknown>;
    expect(remainingItemCount).toBe(1);
    const second = await list(`/v2/{project_id}/pools/pool-1/nodes?limit=3&continue=${String(marker)}`);
    expect(second).toMatchObject({
      items: [{ metadata: { name: 'node-3' } }],
      metadata: { remainingItemCount: 0 },
    });
    expect(second['metadata']).not.toHaveProperty('continue');
  });

  test('names what is there', async () => {
    const { body } = await send({
      method: 'POST',
      target: `/v2/${fake.projectId}/training-job-searches`,
      mediaType: 'application/json',
      body: { limit: 100, filters: [{ key: 'name', operator: 'like', value: ['7'] }] },
    });
    const jobs = body?.['items'] as { algorithm: { id: string }; spec: { resource: { pool_id: string } } }[];
    expect(jobs).toHaveLength(21);
    for (const { algorithm, spec } of jobs) {
      expect(fake.world.algorithms.map(({ keys }) => keys[0])).toContain(algorithm.id);
      expect(fake.world.pools.map(({ keys }) => keys[0])).toContain(spec.resource.pool_id);
    }
  });

  test('is made, changed, told and deleted', async () => {
    const base = `/v1/${fake.projectId}/notebooks`;
    const body = { name: 'mine', image_id: 'image-0', volume: { category: 'EFS', ownership: 'MANAGED' } };
    const made = await send({ method: 'POST', target: base, mediaType: 'application/json', body });
    expect(made).toMatchObject({ status: 201, body: { id: 'notebook-12', name: 'mine' } });
    const one = `${base}/notebook-12`;
    await send({
      method: 'PUT',
      target: one,
      mediaType: 'application/json',
      body: { description: 'changed' },
    });
    await send({ method: 'POST', target: `${one}/stop`, body: undefined });
    expect(await list(one)).toMatchObject({ description: 'changed', name: 'mine', status: 'STOPPING' });
    await send({ method: 'DELETE', target: one, body: undefined });
    expect((await send({ method: 'GET', target: one, body: undefined })).status).toBe(404);
  });
});

test('anything can be answered instead, so many times', async () => {
  fake.instead(
    'listNotebooks',
    { status: 429, headers: { 'Retry-After': '1' }, body: { error_code: 'x' } },
    1,
  );
  const target = `/v1/${fake.projectId}/notebooks`;
  expect((await send({ method: 'GET', target, body: undefined })).status).toBe(429);
  expect((await send({ method: 'GET', target, body: undefined })).status).toBe(200);
  fake.instead('*', (response) => response.destroy());
  await expect(send({ method: 'GET', target, body: undefined })).rejects.toThrow();
  fake.asUsual();
  expect((await send({ method: 'GET', target, body: undefined })).status).toBe(200);
});
