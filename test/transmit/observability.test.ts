import { expect, test } from 'vitest';
import { httpUpstream } from '../support/upstream.js';
import { during, ROUTE_ID, routeTo, send, startForwarding } from './forwarding.js';

async function counted() {
  const upstream = await during(
    httpUpstream((request, response) => {
      const status = Number(request.url?.slice(1, 4));
      request.resume().on('end', () => response.writeHead(status).end('12345'));
    }),
  );
  return startForwarding(routeTo(upstream, { name: 'a "b"' }));
}

const LABELS = `platform="${ROUTE_ID}",name="a \\"b\\""`;

test('requests, bytes, time to first byte and connections are counted for each platform', async () => {
  const { transmit, registry, ...forwarding } = await counted();
  await send(forwarding, { path: '/200' });
  await send(forwarding, { path: '/503', method: 'POST', headers: { 'Content-Length': 3 }, body: 'abc' });
  await expect.poll(() => registry.metrics()).toContain(`isthmus_transmit_in_flight{${LABELS}} 0`);
  const text = await registry.metrics();
  expect(text).toContain(`isthmus_transmit_requests_total{${LABELS},class="2xx"} 1`);
  expect(text).toContain(`isthmus_transmit_requests_total{${LABELS},class="5xx"} 1`);
  expect(text).toContain(`isthmus_transmit_bytes_total{${LABELS},direction="up"} 3`);
  expect(text).toContain(`isthmus_transmit_bytes_total{${LABELS},direction="down"} 10`);
  expect(text).toContain(`isthmus_transmit_connections{${LABELS}} 1`);
  expect(text).toContain(`isthmus_transmit_circuit_open{${LABELS}} 0`);
  expect(text).toContain(`isthmus_transmit_time_to_first_byte_seconds_count{${LABELS}} 2`);
  expect(text).toContain(`isthmus_transmit_time_to_first_byte_seconds_bucket{${LABELS},le="+Inf"} 2`);
  expect(text).toContain('# TYPE isthmus_transmit_time_to_first_byte_seconds histogram');
  transmit.forget(ROUTE_ID);
  expect(await registry.metrics()).not.toContain(ROUTE_ID);
});

test('a status that HTTP does not know counts as a failure of the platform', async () => {
  const { registry, ...forwarding } = await counted();
  await send(forwarding, { path: '/799' });
  await expect.poll(() => registry.metrics()).toContain(`requests_total{${LABELS},class="5xx"} 1`);
});

test('each forwarded request leaves one line, without its query and its headers', async () => {
  const { logs, ...forwarding } = await counted();
  const headers = { 'X-Request-Id': 'id-1', Authorization: 'Basic secret', 'Content-Length': 3 };
  await send(forwarding, { path: '/201/a%20b?token=secret', method: 'PUT', headers, body: 'abc' });
  await expect.poll(() => logs).toHaveLength(1);
  const { time, ms, ...line } = logs[0] ?? {};
  expect([typeof time, typeof ms]).toEqual(['number', 'number']);
  expect(line).toEqual({
    level: 30,
    msg: 'forwarded',
    requestId: 'id-1',
    address: '127.0.0.1',
    method: 'PUT',
    path: '/201/a%20b',
    platform: ROUTE_ID,
    status: 201,
    bytesUp: 3,
    bytesDown: 5,
  });
});

test.each(['/200/"\\', '/200/","status":599,"x":"'])(
  'a path stays within its place in the line: %j',
  async (path) => {
    const { logs, ...forwarding } = await counted();
    await send(forwarding, { path });
    await expect.poll(() => logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ path, status: 200, msg: 'forwarded' });
  },
);

test('a refused request leaves one, too', async () => {
  const { logs, ...forwarding } = await counted();
  await send(forwarding, { path: '/200?secret', headers: { 'Plat-Route-Id': 'nobody' } });
  await expect.poll(() => logs).toHaveLength(1);
  expect(logs[0]).toEqual({
    level: 30,
    time: expect.any(Number),
    msg: 'not forwarded',
    requestId: expect.any(String),
    address: '127.0.0.1',
    method: 'GET',
    path: '/sys/transmit/200',
    status: 400,
    ms: expect.any(Number),
    error: 'NOT_FOUND',
    reason: 'no platform has the id that the header Plat-Route-Id names',
  });
});
