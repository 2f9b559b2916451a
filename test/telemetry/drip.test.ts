import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { traced } from '../../src/kernel/tracing.js';
import { startTelemetry } from '../../src/telemetry/index.js';
import { httpUpstream } from '../support/upstream.js';

test('a collector whose answer has no end is cut off, and asked again', async () => {
  const lines: string[] = [];
  let asked = 0;
  const upstream = await httpUpstream((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(drip));
  });
  const stop = startTelemetry(
    readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${upstream.port}`,
      OTEL_TRACES_SAMPLER_ARG: '1',
    }),
    { version: '0', logger: pino({}, { write: (line) => void lines.push(line) }), pause: 0, patience: 50 },
  );
  onTestFinished(async () => {
    await stop();
    await upstream.close();
  });
  const work = async () => traced('work', 'internal', {}, async () => undefined, 'anew');
  await work();
  await expect.poll(() => lines.join('')).toContain('does not answer in time');
  await work();
  await expect.poll(() => asked).toBeGreaterThan(1);
});
