import {
  ROOT_CONTEXT,
  type Context,
  type Span as LibrarySpan,
  type SpanContext,
  SpanKind as LibraryKind,
  SpanStatusCode,
  type Tracer as LibraryTracer,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Beginning, Span, SpanAttributes, SpanKind, Tracer } from '../kernel/tracing.js';

const KINDS: Record<SpanKind, LibraryKind> = {
  internal: LibraryKind.INTERNAL,
  server: LibraryKind.SERVER,
  client: LibraryKind.CLIENT,
  consumer: LibraryKind.CONSUMER,
};

const ids = new RandomIdGenerator();

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;

class RecordedSpan implements Span {
  readonly isRecorded = true;

  constructor(readonly span: LibrarySpan) {}

  get traceparent(): string {
    return traceparentOf(this.span.spanContext());
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(failure?: string): void {
    if (failure !== undefined) {
      this.span.setAttribute('error.type', failure);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    }
    this.span.end();
  }
}

const unrecordedOf = (traceId: string): string =>
  traceparentOf({ traceId, spanId: ids.generateSpanId(), traceFlags: TraceFlags.NONE });

/** The trace of a caller that is not recorded here; it has an id of its own only where somebody is told of it. */
class UnrecordedSpan implements Span {
  readonly isRecorded = false;
  #traceparent = '';

  constructor(private readonly origin: SpanContext) {}

  get traceparent(): string {
    if (this.#traceparent === '') this.#traceparent = unrecordedOf(this.origin.traceId);
    return this.#traceparent;
  }

  rename(): void {}

  set(): void {}

  end(): void {}
}

type OurSpan = RecordedSpan | UnrecordedSpan;

/** That of a caller, if it is one. */
function originOf(beginning: Beginning): SpanContext | undefined {
  const origin = beginning === 'anew' ? null : parseTraceParent(beginning.traceparent);
  return origin ? { ...origin, isRemote: true } : undefined;
}

/**
 * Spans on those of OpenTelemetry. Recorded are parts of what is, what a trusted caller records, and a share of all else. A
 * stranger's word would let it have all of its requests recorded, and the choice of its trace's id, too.
 */
export function tracerOn(library: LibraryTracer, share: number): Tracer {
  const current = new AsyncLocalStorage<OurSpan | undefined>();
  const isRecorded = (origin: SpanContext | undefined, beginning: Beginning): boolean =>
    origin && beginning !== 'anew' && beginning.isTrusted
      ? (origin.traceFlags & TraceFlags.SAMPLED) !== 0
      : Math.random() < share;
  const record = (name: string, kind: SpanKind, attributes: SpanAttributes, context: Context) =>
    new RecordedSpan(library.startSpan(name, { kind: KINDS[kind], attributes }, context));
  return {
    begin: (name, kind, attributes, beginning) => {
      const origin = originOf(beginning);
      if (!isRecorded(origin, beginning)) return origin && new UnrecordedSpan(origin);
      return record(
        name,
        kind,
        attributes,
        origin ? trace.setSpanContext(ROOT_CONTEXT, origin) : ROOT_CONTEXT,
      );
    },
    part: (whole, name, kind, attributes) =>
      record(name, kind, attributes, trace.setSpan(ROOT_CONTEXT, (whole as RecordedSpan).span)),
    current: () => current.getStore(),
    unrecorded: () => unrecordedOf(ids.generateTraceId()),
    // Most are nothing, in nothing. What waited for another request, such as the next of its connection, may be within that.
    within: (span, work) =>
      span === current.getStore() ? work() : current.run(span as OurSpan | undefined, work),
  };
}
