// npm run bench:traces: what traces cost a request when a tenth of them is recorded.
import http from 'node:http';
import { compareCosts } from './costs.ts';
import { startIsthmus } from './isthmus.ts';
import { freePort, leaveProxyCore } from './processes.ts';
import { run } from './run.ts';
import { print } from './table.ts';
import { startUpstream } from './upstream.ts';

/** Of a request. */
const MOST_COST = 0.05;

/** Takes what it is sent. */
async function startSink(): Promise<number> {
  const port = await freePort();
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  server.unref();
  return port;
}

async function measure(folder: string): Promise<boolean> {
  const upstream = await startUpstream(folder);
  const off = { name: 'without traces', start: async () => startIsthmus(folder) };
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await startSink()}`,
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  };
  const on = {
    name: 'a tenth recorded',
    start: async () => startIsthmus(folder, undefined, settings),
  };
  const { ratios, text } = await compareCosts([off, on], upstream);
  print(text);
  return Math.max(...ratios) <= 1 + MOST_COST;
}

leaveProxyCore();
await run(measure);
