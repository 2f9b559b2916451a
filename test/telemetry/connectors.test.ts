import dns from 'node:dns';
import { createSecureContext } from 'node:tls';
import { Registry } from 'prom-client';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { Connection } from '../../src/connectors/kubernetes/connection.js';
import { registerFigures } from '../../src/http/metrics.js';
import { setTracer, traced } from '../../src/kernel/tracing.js';
import { BoundedHttp } from '../../src/net/boundedHttp.js';
import { CALL_FIGURES } from '../../src/net/ownCalls.js';
import type { RecordedSpan } from '../../src/telemetry/recordedSpan.js';
import { tracerOn } from '../../src/telemetry/tracer.js';
import { HASTY } from '../connectors/kubernetes/lab.js';
import { closedPort, httpUpstream } from '../support/upstream.js';

const { signal } = new AbortController();
let ended: RecordedSpan[];

beforeEach(() => {
  ended = [];
  setTracer(tracerOn((span) => ended.push(span), 1));
  onTestFinished(() => setTracer(undefined));
});

/** A foreign system that tells what it was sent. */
async function foreign() {
  const received: unknown[] = [];
  const upstream = await httpUpstream((request, response) => {
    received.push(request.headers['traceparent']);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  onTestFinished(() => upstream.close());
  return { received, url: `http://127.0.0.1:${upstream.port}` };
}

function clusterAt(server: string): Connection {
  const tls = { secureContext: createSecureContext(), verify: true, serverName: undefined };
  const access = { server, authorization: null, secrets: [], tls };
  const connection = new Connection(access, { lookup: dns.lookup, pace: HASTY, viaName: 'test' });
  onTestFinished(() => connection.close());
  return connection;
}

function registryAt(): BoundedHttp {
  const patience = { step: 10_000, call: 30_000 };
  const limits = { patience, mostBytes: 1000, connections: 1 };
  const connection = new BoundedHttp({ ...limits, system: 'registry', viaName: 'test' });
  onTestFinished(() => connection.close());
  return connection;
}

/** The span of the call, a part of one around it, and what the foreign system was told of it. */
function expectTold(name: string, received: readonly unknown[]): void {
  const [span, around] = ended;
  expect([span?.name, around?.name]).toEqual([name, 'around']);
  expect(span?.parent.spanId).toBe(around?.spanId);
  expect(received).toEqual([`00-${around?.traceId}-${span?.spanId}-01`]);
}

test('a cluster is told of the trace', async () => {
  const { received, url } = await foreign();
  const call = { path: '/version', reply: z.object({}), signal };
  await traced('around', 'internal', {}, async () => clusterAt(url).call(call), 'anew');
  expectTold('kubernetes', received);
});

test('another system is', async () => {
  const { received, url } = await foreign();
  const whom = { named: 'the registry', conceal: (text: string) => text };
  await traced('around', 'internal', {}, async () => registryAt().send(whom, url, { signal }), 'anew');
  expectTold('registry', received);
});

test('a call that fails is counted and recorded with its code', async () => {
  const registry = new Registry();
  registerFigures(registry, CALL_FIGURES);
  const whom = { named: 'the registry', conceal: (text: string) => text };
  const url = `http://127.0.0.1:${await closedPort()}`;
  const call = async () => registryAt().send(whom, url, { signal });
  await expect(traced('around', 'internal', {}, call, 'anew')).rejects.toMatchObject({
    code: 'UPSTREAM_UNREACHABLE',
  });
  expect(ended[0]?.failure).toBe('UPSTREAM_UNREACHABLE');
  expect(await registry.metrics()).toMatch(
    /isthmus_upstream_calls_total\{system="registry",code="UPSTREAM_UNREACHABLE"\} [1-9]/,
  );
});
