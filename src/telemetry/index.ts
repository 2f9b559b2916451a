import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/settings.js';
import { setTracer } from '../kernel/tracing.js';
import type { Logger } from '../log/logger.js';
import { tracerOn } from './tracer.js';

/** Milliseconds for one message to the collector, and for the last of them at the end. */
const EXPORT_TIMEOUT = 5000;
const LAST_EXPORT = 2000;

/** Milliseconds for which spans are gathered before they are sent. */
const PAUSE = 5000;

/** Spans that wait for the collector; what comes beyond is dropped. */
const MOST_WAITING = 4096;

/** Characters of what a span says of one thing, such as the path of a request. */
const LONGEST_VALUE = 1024;

export type TelemetryConfig = Pick<
  Config,
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_HEADERS'
  | 'OTEL_SERVICE_NAME'
  | 'OTEL_TRACES_SAMPLER_ARG'
>;

const headersOf = (pairs: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end).trim(), decodeURIComponent(pair.slice(end + 1).trim())];
    }),
  );

/** Tells the library's troubles, such as a collector that does not answer. */
function logTroubles(logger: Logger): void {
  const ignore = () => undefined;
  const tell = (message: string) => logger.warn({ detail: message }, 'traces have trouble');
  const sinks = { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(sinks, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/** Sends traces to the collector from now on. Returns how to stop. */
export function startTelemetry(
  config: TelemetryConfig,
  { version, logger, pause = PAUSE }: { version: string; logger: Logger; pause?: number | undefined },
): () => Promise<void> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  logTroubles(logger);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.endsWith('/') ? endpoint.slice(0, -1) : endpoint}/v1/traces`,
    headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS),
    timeoutMillis: EXPORT_TIMEOUT,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.OTEL_SERVICE_NAME,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    // Only what is recorded becomes a span of the library's.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: pause,
        exportTimeoutMillis: EXPORT_TIMEOUT,
        maxQueueSize: MOST_WAITING,
      }),
    ],
  });
  const share = Number(config.OTEL_TRACES_SAMPLER_ARG);
  setTracer(tracerOn(provider.getTracer('isthmus', version), share));
  return async () => {
    setTracer(undefined);
    const sending = provider.shutdown().then(
      () => true,
      () => false,
    );
    const isSent = await Promise.race([sending, delay(LAST_EXPORT, false, { ref: false })]);
    if (!isSent) logger.warn('the last traces were not sent: the collector does not take them');
    diag.disable();
  };
}
