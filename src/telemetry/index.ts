import { DiagLogLevel, diag } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/settings.js';
import { setTracer } from '../kernel/tracing.js';
import type { Logger } from '../log/logger.js';
import { frameOf, spanText } from './otlp.js';
import { Outbox } from './outbox.js';
import { tracerOn } from './tracer.js';

/** Milliseconds for one message to the collector, and for the last of them at the end. */
const EXPORT_TIMEOUT = 5000;
const LAST_EXPORT = 2000;

/** Milliseconds for which spans are gathered before they are sent. */
const PAUSE = 5000;

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

type Send = (message: Buffer) => Promise<boolean>;

/** Sends messages to the collector, more than once where that helps; says whether one was taken. */
function senderTo(config: TelemetryConfig, warn: (trouble: string) => void, patience: number): Send {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const agent = new (endpoint.startsWith('https:') ? https : http).Agent({ keepAlive: true });
  const options = {
    url: `${endpoint.endsWith('/') ? endpoint.slice(0, -1) : endpoint}/v1/traces`,
    headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS),
    timeoutMillis: patience,
    httpAgentOptions: () => agent,
  };
  const collector = createOtlpHttpExportDelegate(
    convertLegacyHttpOptions(options, 'TRACES', 'v1/traces', { 'Content-Type': 'application/json' }),
    {
      serializeRequest: (message: Buffer) => message,
      // How many it did not want.
      deserializeResponse: (answer) =>
        answer.length === 0 ? {} : (JSON.parse(Buffer.from(answer).toString()) as object),
    },
    'otlp_http_json_span_exporter',
    { name: 'span', countItems: () => 1 },
    undefined,
  );
  // The library's own time-out is one of silence: an answer that drips would have no end.
  const cutOff = () => {
    warn('the collector does not answer in time');
    agent.destroy();
  };
  return async (message) => {
    const cutting = setInterval(cutOff, 2 * patience).unref();
    return new Promise((resolve) => {
      collector.export(message, ({ code, error }) => {
        clearInterval(cutting);
        if (error) warn(error.message);
        resolve(code === ExportResultCode.SUCCESS);
      });
    });
  };
}

export interface TelemetryParts {
  version: string;
  logger: Logger;
  /** Milliseconds for which spans are gathered, and for one message; ours by default. */
  pause?: number | undefined;
  patience?: number;
}

/** Sends traces to the collector from now on. Returns how to stop. */
export function startTelemetry(
  config: TelemetryConfig,
  { version, logger, pause = PAUSE, patience = EXPORT_TIMEOUT }: TelemetryParts,
): () => Promise<void> {
  logTroubles(logger);
  const resource = {
    'service.name': config.OTEL_SERVICE_NAME,
    'service.version': version,
    'service.instance.id': randomUUID(),
  };
  const warn = (trouble: string) => diag.warn(trouble);
  const outbox = new Outbox({
    frame: frameOf(resource, version),
    pause,
    warn,
    send: senderTo(config, warn, patience),
  });
  const share = Number(config.OTEL_TRACES_SAMPLER_ARG);
  setTracer(tracerOn((span) => outbox.add(spanText(span)), share));
  return async () => {
    setTracer(undefined);
    const isSent = await Promise.race([outbox.close(), delay(LAST_EXPORT, false, { ref: false })]);
    if (!isSent) logger.warn('the last traces were not sent: the collector does not take them');
    diag.disable();
  };
}
