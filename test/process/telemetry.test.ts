import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { startCollector } from '../telemetry/collector.js';

test('the program as it is built sends its traces, the last of them at its end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-traces-'));
  const collector = await startCollector();
  onTestFinished(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true });
  });
  const server = await startProcess({
    DATA_DIR: join(folder, 'data'),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '1',
  });
  await send(`${server.url}/v1/business`);
  expect(await server.end('SIGTERM')).toBe(0);
  const names = collector.spans.map(({ name }) => name);
  expect(names).toContain('GET ote listBusinesses');
});
