import { createClient } from 'graphql-sse';
import { expect, onTestFinished, test } from 'vitest';
import { ask, register, startEdge } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { nodeState } from '../support/clusters.js';
import { ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, query } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({}, { background: true }));

const metrics = async () => (await send(`${server.url}/metrics`)).text();

const linesOf = async (start: string) =>
  (await metrics()).split('\n').filter((line) => line.startsWith(start));

/** Waits until a metric has that value at least: whatever else the tests ask for counts, too. */
async function shows(metric: string, least = 1): Promise<void> {
  const value = async () => Number((await linesOf(`${metric} `))[0]?.slice(metric.length) ?? 0);
  await expect.poll(value, { message: metric }).toBeGreaterThanOrEqual(least);
}

const requests = (door: string, operation: string, code: string) =>
  `isthmus_requests_total{door="${door}",operation="${operation}",code="${code}"}`;

test('requests are counted by door, operation and code, and their time is', async () => {
  const { url, token } = server;
  await query(url, 'query Whatever { viewer { name } }', { token });
  await query(url, '{ viewer { name } }', { token: 'dead' });
  await query(url, '{ nothing }');
  await query(url, '{ platforms', { token });
  await query(url, 'fragment F on Query { platforms { totalCount } } { ... { ...F } }', { token });
  await ote(server, 'GET', '/business', token);
  await ote(server, 'GET', '/business', 'dead');
  await send(`${url}/v1/nowhere`);
  expect((await send(`${url}/nowhere`)).status).toBe(404);
  await send(`${url}/sys/transmit/x`);
  await shows(requests('graphql', 'query viewer', 'OK'));
  await shows(requests('graphql', 'query viewer', 'UNAUTHENTICATED'));
  await shows(requests('graphql', 'query platforms', 'OK'));
  await shows(requests('graphql', 'none', 'GRAPHQL_VALIDATION_FAILED'));
  await shows(requests('graphql', 'none', 'GRAPHQL_PARSE_FAILED'));
  await shows(requests('ote', 'listBusinesses', 'OK'));
  await shows(requests('ote', 'listBusinesses', 'UNAUTHENTICATED'));
  await shows(requests('ote', 'none', 'NO_SUCH_PATH'));
  await shows(requests('pages', 'none', 'NO_SUCH_PATH'));
  await shows('isthmus_transmit_refused_total{code="ROUTE_ID_REQUIRED"}');
  await shows('isthmus_request_duration_seconds_count{door="graphql",operation="query viewer"}', 2);
});

test('operations over WebSocket and in event streams are counted, and what is open is', async () => {
  const { url, token } = server;
  const socket = connect(url, { token });
  onTestFinished(() => socket.close());
  await socket.run({ query: '{ viewer { name } }' });
  await socket.run({ query: '{ nothing }' });
  const results = socket.results({ query: 'subscription { platformChanged { change } }' });
  const over = results.next().catch(() => 'over');
  await shows(requests('websocket', 'query viewer', 'OK'));
  await shows(requests('websocket', 'none', 'GRAPHQL_VALIDATION_FAILED'));
  await shows(requests('websocket', 'subscription platformChanged', 'OK'));
  await shows('isthmus_graphql_sockets');
  socket.close();
  expect(await over).toBe('over');
  const client = createClient({
    url: `${url}/graphql`,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${token}` },
  });
  onTestFinished(() => client.dispose());
  for await (const answer of client.iterate({ query: '{ viewer { name } }' }))
    expect(answer.data).toBeTruthy();
  await shows(requests('event-stream', 'query viewer', 'OK'));
});

test('log-ins, clusters and jobs are', async () => {
  const { url } = server;
  const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { expiresIn } }';
  await query(url, LOG_IN, { variables: { input: { user: ADMIN.user, password: 'wrong' } } });
  const { name, fake } = await register(server);
  fake.setNode(nodeState('n1'));
  const nodes = async () =>
    (await ask<{ clusterNodes: { totalCount: number } }>(server, '{ clusterNodes { totalCount } }')).data
      ?.clusterNodes.totalCount;
  await expect.poll(nodes).toBe(1);
  await ote(server, 'POST', '/node/label', server.token, {
    nodeLabel: 'gpu',
    clusterName: name,
    nodeName: ['n1'],
  });
  await shows('isthmus_log_ins_total{result="OK"}');
  await shows('isthmus_log_ins_total{result="UNAUTHENTICATED"}');
  await shows('isthmus_clusters{state="alive"}');
  await shows('isthmus_clusters_watched');
  await shows('isthmus_job_runs_total{kind="node-labels",result="done"}');
  await shows('isthmus_jobs{kind="node-labels",state="active"}', 0);
});

test('whatever strangers send, there are no more series', async () => {
  const { url, token } = server;
  const strange = async (round: number) => {
    const word = `${uniqueName('x')}${round}`;
    await query(url, `query ${word} { ${word}: viewer { name } }`, { token });
    await query(url, `{ ${word} }`);
    await query(url, `query { viewer { name } } query ${word} { viewer { name } }`);
    await send(`${url}/${word}`, { method: 'POST' });
    await send(`${url}/v1/${word}`);
    await send(`${url}/v1/business/name/${word}`, { headers: { authorization: `Bearer ${token}` } });
    await send(`${url}/sys/transmit/${word}`, { headers: { 'plat-route-id': word } });
    await ote(server, 'POST', '/authorization', '', { user: word, password: word });
  };
  const series = async () =>
    (await linesOf('isthmus_'))
      .filter((line) => /^isthmus_(request|log_ins|transmit)/.test(line))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
  const isKnown = new Set<string>();
  await strange(0);
  // A request is counted when its connection has sent the answer.
  await shows(requests('ote', 'oteLogin', 'UNAUTHENTICATED'));
  for (const line of await series()) isKnown.add(line);
  for (let round = 1; round <= 3; round += 1) await strange(round);
  await shows(requests('ote', 'oteLogin', 'UNAUTHENTICATED'), 4);
  expect((await series()).filter((line) => !isKnown.has(line))).toEqual([]);
});
