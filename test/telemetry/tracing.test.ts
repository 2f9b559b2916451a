import { type Socket, connect as connectTo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { currentTracer } from '../../src/kernel/tracing.js';
import { type EdgeServer, ask, register, startEdge } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { nodeState } from '../support/clusters.js';
import { ote } from '../support/people.js';
import { send } from '../support/rest.js';
import { type Environment, query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { type CollectedSpan, startCollector } from './collector.js';

const CALLER = 'b7ad6b7169203331';

let traces = 0;
/** Of a trace of its own. */
function newTrace() {
  traces += 1;
  const traceId = traces.toString(16).padStart(32, '0');
  return { traceId, traceparent: `00-${traceId}-${CALLER}-01` };
}

type Traced = EdgeServer & {
  /** Those of a trace, or of all, that the collector has by now. */
  spans: (traceId?: string) => CollectedSpan[];
  /** The span of the name, once the collector has it. */
  spanOf: (name: string, traceId?: string) => Promise<CollectedSpan>;
  headers: unknown[];
};

/** A server that sends its traces to a collector of its own. There is one tracer in a process: one server at a time. */
async function startTraced(environment: Environment): Promise<Traced> {
  const collector = await startCollector();
  const server = await startEdge(
    { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, ...environment },
    { background: true, tracePause: 50 },
  );
  const spans = (traceId?: string) =>
    collector.spans.filter((span) => traceId === undefined || span.traceId === traceId);
  return {
    ...server,
    spans,
    headers: collector.headers,
    spanOf: async (name, traceId) => {
      const find = () => spans(traceId).find((span) => span.name === name);
      await expect.poll(find, { message: name }).toBeDefined();
      return find() as CollectedSpan;
    },
    stop: async () => {
      await server.stop();
      await collector.stop();
    },
  };
}

/** A platform that tells what it was sent. */
async function platformFor(url: string) {
  const received: unknown[] = [];
  const upstream = await httpUpstream((request, response) => {
    received.push(request.headers['traceparent']);
    response.end('{}');
  });
  onTestFinished(() => upstream.close());
  const body = { name: 'traced', protocol: 'http', host: '127.0.0.1', port: String(upstream.port) };
  const registered = await send(`${url}/sys/transmit/v1/routes`, { method: 'POST', body });
  const { id } = ((await registered.json()) as { data: { id: string } }).data;
  const forward = async (headers: object) =>
    send(`${url}/sys/transmit/x`, { headers: { 'plat-route-id': id, ...headers } });
  return { id, received, forward };
}

const UNRECORDED = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) as unknown;

function rawSocket(port: number): Socket {
  const socket = connectTo(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('with all recorded', () => {
  const server = useServer(() =>
    startTraced({
      OTEL_SERVICE_NAME: 'edge-1',
      OTEL_TRACES_SAMPLER_ARG: '1',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    }),
  );

  test("a caller's trace goes on through GraphQL and its statements, under names from bounded sets", async () => {
    const { traceId, traceparent } = newTrace();
    await query(server.url, 'query Secret { clusters(first: 1) { nodes { name } } }', {
      token: server.token,
      headers: { traceparent },
    });
    const request = await server.spanOf('POST graphql query clusters', traceId);
    expect(request).toMatchObject({
      parentSpanId: CALLER,
      service: 'edge-1',
      attributes: { 'url.path': '/graphql', 'http.response.status_code': 200, 'isthmus.code': 'OK' },
    });
    const operation = await server.spanOf('query clusters', traceId);
    expect(operation.parentSpanId).toBe(request.spanId);
    const statement = await server.spanOf('select clusters', traceId);
    expect(statement.parentSpanId).toBe(operation.spanId);
    expect(JSON.stringify(server.spans())).not.toContain('Secret');
    expect(new Set(server.headers)).toEqual(new Set(['a b']));
  });

  test('REST and jobs are traced', async () => {
    const { name, fake } = await register(server);
    fake.setNode(nodeState('n1'));
    const nodes = async () =>
      (await ask<{ clusterNodes: { totalCount: number } }>(server, '{ clusterNodes { totalCount } }')).data
        ?.clusterNodes.totalCount;
    await expect.poll(nodes).toBe(1);
    const label = { nodeLabel: 'gpu', clusterName: name, nodeName: ['n1'] };
    await ote(server, 'POST', '/node/label', server.token, label);
    await expect.poll(() => fake.labels.get('n1')).toEqual(['gpu']);
    const job = await server.spanOf('job node-labels');
    expect(job.parentSpanId ?? '').toBe('');
    // Its statements are parts of it.
    await expect.poll(() => server.spans(job.traceId).length).toBeGreaterThan(1);
    const isLabelling = ({ name: span }: CollectedSpan) => span.startsWith('POST ote ');
    await expect.poll(() => server.spans().some(isLabelling)).toBe(true);
  });

  test('operations over WebSocket are', async () => {
    const socket = connect(server.url, { token: server.token });
    onTestFinished(() => socket.close());
    await socket.run({ query: '{ jobs { totalCount } }' });
    const { attributes } = await server.spanOf('query jobs');
    expect(attributes).toMatchObject({ 'isthmus.door': 'websocket' });
  });

  test('a platform is told of the trace, by forwarding and by calls of our own; what a client signed stays', async () => {
    const { traceId, traceparent } = newTrace();
    const { id, received, forward } = await platformFor(server.url);
    await forward({ traceparent });
    await query(server.url, 'mutation ($input: TransmitInput!) { transmit(input: $input) { status } }', {
      token: server.token,
      variables: { input: { platformId: id, method: 'GET', path: '/y' } },
      headers: { traceparent },
    });
    const signed = newTrace();
    await forward({ traceparent: signed.traceparent, 'x-auth-token': 'their own' });
    const forwarded = await server.spanOf('GET forwarding', traceId);
    expect(forwarded.attributes).toMatchObject({
      'isthmus.platform': id,
      'http.response.status_code': 200,
    });
    const call = await server.spanOf('platform', traceId);
    expect(received).toEqual([
      `00-${traceId}-${forwarded.spanId}-01`,
      `00-${traceId}-${call.spanId}-01`,
      signed.traceparent,
    ]);
  });

  test('a traceparent that is none begins a trace', async () => {
    await query(server.url, '{ viewer { name } }', {
      token: server.token,
      headers: { traceparent: '00-nonsense-01' },
    });
    const { parentSpanId = '' } = await server.spanOf('POST graphql query viewer');
    expect(parentSpanId).toBe('');
  });

  test('what a stranger writes takes little room while it waits for the collector', async () => {
    const { traceId, traceparent } = newTrace();
    await send(`${server.url}/v1/${'long/'.repeat(2000)}`, { headers: { traceparent } });
    const { attributes } = await server.spanOf('GET ote none', traceId);
    const { 'url.path': path = '' } = attributes;
    expect(String(path)).toMatch(/^\/v1\/long\//);
    expect(String(path).length).toBeLessThanOrEqual(1024);
  });
});

describe('with none recorded unless a trusted caller says so', () => {
  const server = useServer(() => startTraced({ OTEL_TRACES_SAMPLER_ARG: '0', TRUSTED_PROXIES: '127.0.0.1' }));

  test("a stranger does not decide what is recorded; its trace's id is passed on all the same", async () => {
    const strange = newTrace();
    const trusted = newTrace();
    const { received, forward } = await platformFor(server.url);
    await forward({
      traceparent: strange.traceparent,
      'x-access-token': server.token,
      'x-forwarded-for': '203.0.113.7',
    });
    await forward({ traceparent: trusted.traceparent });
    // Spans are sent in the order in which they end.
    const { spanId } = await server.spanOf('GET forwarding', trusted.traceId);
    expect(received[1]).toBe(`00-${trusted.traceId}-${spanId}-01`);
    expect(received[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(String(received[0]).slice(3, 35)).toBe(strange.traceId);
    expect(server.spans(strange.traceId)).toEqual([]);
  });

  test('of a request that is not recorded and brings no trace, the platform is told that it is not', async () => {
    const { received, forward } = await platformFor(server.url);
    await forward({});
    await forward({ traceparent: '00-nonsense-01' });
    expect(received).toEqual([UNRECORDED, UNRECORDED]);
    expect(new Set(received).size).toBe(2);
  });

  test('one that waited for a recorded one on its connection is no part of it', async () => {
    const { id, received } = await platformFor(server.url);
    const { traceId, traceparent } = newTrace();
    const head = `GET /sys/transmit/x HTTP/1.1\r\nHost: localhost\r\nPlat-Route-Id: ${id}\r\n`;
    const socket = rawSocket(Number(new URL(server.url).port));
    socket.write(`${head}traceparent: ${traceparent}\r\n\r\n${head}\r\n`);
    await expect.poll(() => received).toEqual([expect.stringContaining(traceId), UNRECORDED]);
    expect(received[1]).not.toContain(traceId);
  });
});

describe('where nothing takes traces', () => {
  let server: EdgeServer;
  beforeAll(async () => {
    const collector = await startCollector();
    await collector.stop();
    server = await startEdge({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '1' });
  });

  test('nobody is disturbed, and the end does not wait for it', async () => {
    try {
      const { errors } = await query(server.url, '{ viewer { name } }', { token: server.token });
      expect(errors).toEqual([]);
    } finally {
      await server.stop();
    }
    expect(server.log()).toContain('the last traces were not sent');
    expect(currentTracer()).toBeUndefined();
  });
});

describe('without a collector', () => {
  const server = useServer(() => startServer());

  test('nothing is traced, and a traceparent is passed on as it came', async () => {
    expect(currentTracer()).toBeUndefined();
    const { traceparent } = newTrace();
    const { received, forward } = await platformFor(server.url);
    await forward({ traceparent });
    expect(received).toEqual([traceparent]);
  });
});
