import { SpanStatusCode } from '@opentelemetry/api';
import type { SpanKind } from '../kernel/tracing.js';
import { quoted } from '../log/access.js';
import type { RecordedSpan } from './recordedSpan.js';

/** Characters of what a span says of one thing, such as the path of a request. */
const LONGEST_VALUE = 1024;

/** As OTLP numbers them: https://github.com/open-telemetry/opentelemetry-proto, trace/v1/trace.proto. */
const KINDS: Record<SpanKind, number> = { internal: 1, server: 2, client: 3, consumer: 5 };

/** Recorded; and whether its parent is another process's is known, and so. */
const FLAGS = { local: 0x101, remote: 0x301 };

type Attributes = Readonly<Record<string, string | number>>;

const valueOf = (value: string | number): string =>
  typeof value === 'string'
    ? `"stringValue":${quoted(value.length > LONGEST_VALUE ? value.slice(0, LONGEST_VALUE) : value)}`
    : `"${Number.isInteger(value) ? 'int' : 'double'}Value":${value}`;

function listOf(attributes: Attributes): string {
  let list = '';
  for (const name in attributes) {
    list += `${list === '' ? '' : ','}{"key":${quoted(name)},"value":{${valueOf(attributes[name] ?? '')}}}`;
  }
  return list;
}

/** In nanoseconds, as far as a number tells microseconds of this century apart. */
const timeOf = (milliseconds: number): string => `"${Math.round(milliseconds * 1000)}000"`;

/** A span in OTLP's JSON. */
export function spanText(span: RecordedSpan): string {
  const { parent, attributes, failure, startedAt, duration } = span;
  const failed =
    failure === undefined ? '' : `,"status":{"code":${SpanStatusCode.ERROR},"message":${quoted(failure)}}`;
  const partOf = parent.spanId === '' ? '' : `,"parentSpanId":"${parent.spanId}"`;
  const list = listOf(failure === undefined ? attributes : { ...attributes, 'error.type': failure });
  return (
    `{"traceId":"${parent.traceId}","spanId":"${span.spanId}"${partOf}` +
    `,"name":${quoted(span.name)},"kind":${KINDS[span.kind]}` +
    `,"startTimeUnixNano":${timeOf(startedAt)},"endTimeUnixNano":${timeOf(startedAt + duration)}` +
    `,"attributes":[${list}]${failed},"flags":${parent.isRemote ? FLAGS.remote : FLAGS.local}}`
  );
}

/** What a message says before its spans and after them. */
export const frameOf = (resource: Attributes, version: string): { head: string; tail: string } => ({
  head:
    `{"resourceSpans":[{"resource":{"attributes":[${listOf(resource)}]},` +
    `"scopeSpans":[{"scope":{"name":"isthmus","version":${quoted(version)}},"spans":[`,
  tail: ']}]}]}',
});
