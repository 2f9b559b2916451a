import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FanOut } from '../../src/domains/modelarts/graph/fanOut.js';
import type { Scope } from '../../src/domains/modelarts/graph/operationFields.js';
import type { Platform } from '../../src/domains/platforms/index.js';
import type { RequestContext } from '../../src/kernel/context.js';
import { newBusiness, newUser } from '../support/people.js';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { registerModelArts } from './support/graph.js';

const [first, second] = [
  await FakeModelArts.start(),
  await FakeModelArts.start({ counts: { trainingJobs: 2 } }),
];
afterAll(() => Promise.all([first.close(), second.close()]));
const server = useServer(() => startServer());
let token: string;
let ids: string[];
beforeAll(async () => {
  token = await server.adminToken();
  ids = [
    await registerModelArts(server, first, { token, name: 'first' }),
    await registerModelArts(server, second, { token, name: 'second' }),
  ];
  await registerModelArts(server, first, { token, name: 'without credentials', credentials: null });
  await registerModelArts(server, first, {
    ...{ token, name: 'of another kind', kind: 'GENERIC', region: null, projectId: null },
    credentials: null,
  });
});
beforeEach(() => {
  first.reset();
  second.reset();
});

interface Answer {
  platform: { id: string; name: string };
  trainingJobs: {
    nodes: { metadata: { id: string }; linkedAlgorithm?: object | null }[];
    totalCount: number;
  } | null;
  pools?: { items: object[] } | null;
}

const ask = async (fields: string, as = token) =>
  query<{ modelArtsAll: Answer[] }>(server.url, `{ modelArtsAll { platform { id name } ${fields} } }`, {
    token: as,
  });

const JOBS =
  'trainingJobs(first: 3) { totalCount nodes { metadata { id } linkedAlgorithm { metadata { id } } } }';

describe('all platforms', () => {
  test('are asked at once, those with credentials, and each answers for itself', async () => {
    const { data, errors } = await ask(`${JOBS} pools { items { metadata { name } } }`);
    expect(errors).toEqual([]);
    const answers = data?.modelArtsAll ?? [];
    expect(answers.map(({ platform }) => platform.id)).toEqual(ids);
    expect(answers.map(({ trainingJobs }) => trainingJobs?.nodes.length)).toEqual([3, 2]);
    expect(answers.map(({ pools }) => pools?.items.length)).toEqual([
      first.world.pools.length,
      second.world.pools.length,
    ]);
    expect(answers[0]?.trainingJobs?.nodes[0]?.linkedAlgorithm).toEqual({ metadata: { id: 'algorithm-0' } });
    expect(first.refusals).toEqual([]);
  });

  test('that fail leave the others, and are named', async () => {
    second.instead('listTrainingJobs', {
      status: 500,
      body: { error_code: 'ModelArts.0010', error_msg: 'not today' },
    });
    const { data, errors } = await ask(JOBS);
    const answers = data?.modelArtsAll ?? [];
    expect(answers.map(({ trainingJobs }) => trainingJobs?.nodes.length)).toEqual([3, undefined]);
    expect(errors).toMatchObject([
      {
        path: ['modelArtsAll', 1, 'trainingJobs'],
        extensions: {
          code: 'UPSTREAM_ERROR',
          platformId: ids[1],
          upstream: { status: 500, body: { error_code: 'ModelArts.0010' } },
        },
      },
    ]);
  });

  test('are those that the caller may use', async () => {
    const business = await newBusiness(server);
    const own = await registerModelArts(server, second, { token: business.admin.token, name: 'own' });
    const found = async (as: string) =>
      (await ask('__typename', as)).data?.modelArtsAll.map(({ platform }) => platform.id);
    expect(await found(business.admin.token)).toEqual([...ids, own]);
    const other = await newBusiness(server);
    expect(await found(other.admin.token)).toEqual(ids);
    const { errors } = await ask('__typename', (await newUser(server)).token);
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);
  });

  test('are not without number', async () => {
    for (const limit of [0, 51]) {
      const { errors } = await query(server.url, `{ modelArtsAll(limit: ${limit}) { platform { id } } }`, {
        token,
      });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'limit' }] } }]);
    }
    const { data } = await query<{ modelArtsAll: Answer[] }>(
      server.url,
      '{ modelArtsAll(limit: 1) { platform { id } } }',
      { token },
    );
    expect(data?.modelArtsAll).toEqual([{ platform: { id: ids[0] } }]);
  });

  test('wrong arguments are told of each before it is asked', async () => {
    const { errors } = await ask('trainingJobs(first: -1) { totalCount }');
    expect(errors.length).toBeGreaterThanOrEqual(ids.length);
    for (const { extensions } of errors)
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'first' }] });
    expect(first.asked() + second.asked()).toBe(0);
  });
});

test('the time of all is bounded, and few are asked at the same time', async () => {
  const platforms = Array.from(
    { length: 20 },
    (_none, index) => ({ id: String(index), projectId: 'p' }) as Platform,
  );
  const fanOut = new FanOut(async () => platforms, 200);
  let now = 0;
  let most = 0;
  const waitToTheEnd = async ({ platform }: Scope) => {
    platform.until?.throwIfAborted();
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => platform.until?.addEventListener('abort', resolve));
    now -= 1;
    throw new Error(`platform ${platform.id} is asked no more`);
  };
  const field = { name: 'list', type: 'Things', description: 'things', resolve: waitToTheEnd };
  const [, things] = fanOut.fields([{ group: 'things', field }]);
  const ctx = {} as RequestContext;
  const shares = (await fanOut
    .field('T')
    .resolve?.(undefined as never, { limit: 20 } as never, ctx, {} as never)) as object[];
  const asked = shares.map(async (share) => things?.resolve?.(share as never, {} as never, ctx, {} as never));
  const settled = await Promise.allSettled(asked);
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  expect(most).toBe(8);
});
