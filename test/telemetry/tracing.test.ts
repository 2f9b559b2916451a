import { expect, onTestFinished, test } from 'vitest';
import { currentTracer } from '../../src/kernel/tracing.js';
import { ask, register, startEdge } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { nodeState } from '../support/clusters.js';
import { ote } from '../support/people.js';
import { send } from '../support/rest.js';
import { query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { type CollectedSpan, startCollector } from './collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CALLER}-01`;

/** A server whose traces are all recorded, or that share of them; `finish` stops it, which sends what is left. */
async function start(environment: Record<string, string> = {}) {
  const collector = await startCollector();
  const server = await startEdge(
    { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_TRACES_SAMPLER_ARG: '1', ...environment },
    { background: true },
  );
  let isStopped = false;
  const finish = async () => {
    if (isStopped) return;
    isStopped = true;
    await server.stop();
  };
  onTestFinished(async () => {
    await finish();
    await collector.stop();
  });
  return { server, collector, finish };
}

const childrenOf = (spans: readonly CollectedSpan[], { spanId }: CollectedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
}

test("a caller's trace goes on through GraphQL and its statements, under names from bounded sets", async () => {
  const { server, collector, finish } = await start({
    OTEL_SERVICE_NAME: 'edge-1',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
  });
  await query(server.url, 'query Secret { clusters(first: 1) { nodes { name } } }', {
    token: server.token,
    headers: { traceparent },
  });
  await finish();
  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const request = spans.find(({ parentSpanId }) => parentSpanId === CALLER);
  if (!request) throw new Error('no span of the request');
  expect(request).toMatchObject({
    name: 'POST graphql query clusters',
    service: 'edge-1',
    attributes: { 'url.path': '/graphql', 'http.response.status_code': 200, 'isthmus.code': 'OK' },
  });
  const [operation] = childrenOf(spans, request);
  expect(operation?.name).toBe('query clusters');
  const statements = operation ? childrenOf(spans, operation) : [];
  expect(statements.map(({ name }) => name)).toContain('select clusters');
  expect(JSON.stringify(collector.spans)).not.toContain('Secret');
  expect(new Set(collector.headers)).toEqual(new Set(['a b']));
});

test('REST, WebSocket and jobs are traced', async () => {
  const { server, collector, finish } = await start();
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
  await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
  const socket = connect(server.url, { token: server.token });
  await socket.run({ query: '{ viewer { name } }' });
  socket.close();
  await finish();
  const { spans } = collector;
  const label = spans.find(({ name: span }) => span.startsWith('POST ote '));
  expect(label?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  const job = named(spans, 'job node-labels');
  expect(job.parentSpanId ?? '').toBe('');
  expect(spans.filter(({ traceId }) => traceId === job.traceId).length).toBeGreaterThan(1);
  expect(named(spans, 'query viewer').attributes).toMatchObject({ 'isthmus.door': 'websocket' });
});

/** A platform that tells what it was sent. */
async function platformFor(url: string) {
  const received: (string | undefined)[] = [];
  const upstream = await httpUpstream((request, response) => {
    received.push(request.headers['traceparent'] as string | undefined);
    response.end('{}');
  });
  onTestFinished(() => upstream.close());
  const body = { name: 'traced', protocol: 'http', host: '127.0.0.1', port: String(upstream.port) };
  const registered = await send(`${url}/sys/transmit/v1/routes`, { method: 'POST', body });
  const { id } = ((await registered.json()) as { data: { id: string } }).data;
  return {
    id,
    received,
    forward: async (headers: object = {}) =>
      send(`${url}/sys/transmit/x`, { headers: { 'plat-route-id': id, ...headers } }),
  };
}

test('a platform is told of the trace, by forwarding and by calls of our own', async () => {
  const { server, collector, finish } = await start();
  const { id, received, forward } = await platformFor(server.url);
  await forward({ traceparent });
  await query(server.url, 'mutation ($input: TransmitInput!) { transmit(input: $input) { status } }', {
    token: server.token,
    variables: { input: { platformId: id, method: 'GET', path: '/y' } },
    headers: { traceparent },
  });
  await forward({ traceparent, 'x-auth-token': 'their own' });
  await finish();
  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const forwarded = named(spans, 'GET forwarding');
  expect(forwarded.attributes).toMatchObject({ 'isthmus.platform': id, 'http.response.status_code': 200 });
  const call = named(spans, 'platform');
  expect(received).toEqual([
    `00-${TRACE}-${forwarded.spanId}-01`,
    `00-${TRACE}-${call.spanId}-01`,
    traceparent,
  ]);
});

test("a stranger does not decide what is recorded; its trace's id is passed on all the same", async () => {
  const { server, collector, finish } = await start({
    OTEL_TRACES_SAMPLER_ARG: '0',
    TRUSTED_PROXIES: '127.0.0.1',
    METRICS_NETWORKS: 'none',
  });
  const { received, forward } = await platformFor(server.url);
  await forward({ traceparent, 'x-access-token': server.token, 'x-forwarded-for': '203.0.113.7' });
  await forward({ traceparent });
  await finish();
  expect(received[0]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  const requests = collector.spans.filter(({ name }) => name === 'GET forwarding');
  expect(requests).toHaveLength(1);
  expect(received[1]).toBe(`00-${TRACE}-${requests[0]?.spanId}-01`);
});

test('a traceparent that is none begins a trace, and a collector that is away disturbs nobody', async () => {
  const { server, finish, collector } = await start();
  await query(server.url, '{ viewer { name } }', {
    token: server.token,
    headers: { traceparent: 'nonsense' },
  });
  await collector.stop();
  expect((await query(server.url, '{ viewer { name } }', { token: server.token })).errors).toEqual([]);
  await finish();
  expect(server.log()).toContain('the last traces were not sent');
});

test('without a collector nothing is traced, and a traceparent is passed on as it came', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  expect(currentTracer()).toBeUndefined();
  const { received, forward } = await platformFor(server.url);
  await forward({ traceparent });
  expect(received).toEqual([traceparent]);
});
