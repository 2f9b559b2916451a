import { pino } from 'pino';
import { beforeAll, expect, test } from 'vitest';
import { installQueue } from '../../src/domains/jobs/queue.js';
import { exampleOf } from '../../src/site/playground/client/examples/index.js';
import { DOMAINS, type Picture } from '../../src/site/playground/client/home/domains.js';
import { ask, insertCluster, startEdge } from '../edge/support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({}, { background: false }));
// What works in the background makes its tables later than the server answers.
beforeAll(async () => installQueue(server.database.native, pino({ level: 'silent' })));

async function pictures(): Promise<Record<string, Picture>> {
  const seen: Record<string, Picture> = {};
  for (const { name, query, pictureOf } of DOMAINS) {
    const { data, errors } = await ask(server, query);
    expect([name, errors]).toEqual([name, []]);
    seen[name] = pictureOf(data ?? {});
  }
  return seen;
}

test('the first page counts every domain, and says of a dead cluster why it is', async () => {
  const before = await pictures();
  expect(before['Platforms']).toEqual({ count: 0, problems: [], more: 0 });
  expect(before['Clusters']).toEqual({ count: 0, problems: [], more: 0 });

  const id = await insertCluster(server, { seen: false });
  const failure = 'connect ECONNREFUSED';
  await server.database.query('update clusters set failure = $2 where id = $1', [id, failure]);
  expect((await pictures())['Clusters']).toEqual({
    count: 1,
    problems: [{ name: expect.stringMatching(/./), why: failure }],
    more: 0,
  });
});

test('of a failed run, a failed deployment and a failed job it shows the reason that the graph gives', () => {
  const picture = (name: string, data: Record<string, unknown>) =>
    DOMAINS.find((domain) => domain.name === name)?.pictureOf(data);
  const runs = (...nodes: object[]) => ({ taskRuns: { totalCount: nodes.length, nodes } });
  const dataCenters = {
    totalCount: 2,
    nodes: [
      { name: 'dc1', ...runs({ kind: 'SERVERS', status: 'FAILED', errorInfo: 'no route' }) },
      { name: 'dc2', ...runs() },
    ],
  };
  expect(picture('Data centers', { dataCenters })).toEqual({
    count: 2,
    problems: [{ name: 'dc1', why: 'SERVERS: no route' }],
    more: 0,
  });
  const targets = { totalCount: 2, nodes: [{ message: '' }, { message: 'ImagePullBackOff' }] };
  const bad = { totalCount: 7, nodes: [{ deployName: 'web', status: 'FAILED', targets }] };
  expect(picture('Deployments', { all: { totalCount: 9 }, bad })).toEqual({
    count: 9,
    problems: [{ name: 'web', why: 'ImagePullBackOff' }],
    more: 6,
  });
});

test('each domain leads to a tab of the Playground', () => {
  const tabs = DOMAINS.flatMap(({ example, first }) => [example, ...(first ? [first.example] : [])]);
  for (const tab of tabs) expect([tab, exampleOf(tab)]).toEqual([tab, expect.anything()]);
});
