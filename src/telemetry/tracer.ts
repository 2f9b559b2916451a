import {
  ROOT_CONTEXT,
  type Context,
  type Span as LibrarySpan,
  SpanKind as LibraryKind,
  SpanStatusCode,
  type Tracer as LibraryTracer,
  TraceFlags,
  createContextKey,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Beginning, Span, SpanAttributes, SpanKind, Tracer } from '../kernel/tracing.js';

const KINDS: Record<SpanKind, LibraryKind> = {
  internal: LibraryKind.INTERNAL,
  server: LibraryKind.SERVER,
  client: LibraryKind.CLIENT,
  consumer: LibraryKind.CONSUMER,
};

/** Set where a caller's word on what is recorded counts. */
export const IS_TRUSTED = createContextKey('whether the origin is trusted');

class TracedSpan implements Span {
  constructor(readonly span: LibrarySpan) {}

  get isRecorded(): boolean {
    return this.span.isRecording();
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;
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

function contextOf(parent: TracedSpan | undefined, beginning: Beginning | undefined): Context {
  if (beginning === undefined) return parent ? trace.setSpan(ROOT_CONTEXT, parent.span) : ROOT_CONTEXT;
  const origin = beginning === 'anew' ? null : parseTraceParent(beginning.traceparent);
  if (!origin || beginning === 'anew') return ROOT_CONTEXT;
  const context = trace.setSpanContext(ROOT_CONTEXT, { ...origin, isRemote: true });
  return context.setValue(IS_TRUSTED, beginning.isTrusted);
}

/** Spans on those of OpenTelemetry. */
export function tracerOn(library: LibraryTracer): Tracer {
  const current = new AsyncLocalStorage<TracedSpan>();
  return {
    begin: (name, kind, attributes, beginning) => {
      const parent = beginning === undefined ? current.getStore() : undefined;
      if (parent && !parent.isRecorded) return parent;
      const context = contextOf(parent, beginning);
      return new TracedSpan(library.startSpan(name, { kind: KINDS[kind], attributes }, context));
    },
    current: () => current.getStore(),
    within: (span, work) => current.run(span as TracedSpan, work),
  };
}
