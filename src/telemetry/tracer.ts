import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Beginning, Span, Tracer } from '../kernel/tracing.js';
import { newSpanId, newTraceId } from './ids.js';
import { RecordedSpan } from './recordedSpan.js';

const unrecordedOf = (traceId: string): string => `00-${traceId}-${newSpanId()}-00`;

/** The trace of a caller that is not recorded here; it has an id of its own only where somebody is told of it. */
class UnrecordedSpan implements Span {
  readonly isRecorded = false;
  #traceparent = '';

  constructor(private readonly traceId: string) {}

  get traceparent(): string {
    if (this.#traceparent === '') this.#traceparent = unrecordedOf(this.traceId);
    return this.#traceparent;
  }

  rename(): void {}

  set(): void {}

  end(): void {}
}

type OurSpan = RecordedSpan | UnrecordedSpan;

/** That of a caller, if it is one. */
const originOf = (beginning: Beginning): SpanContext | null =>
  beginning === 'anew' ? null : parseTraceParent(beginning.traceparent);

/**
 * Spans that `take` gets as they end. Recorded are parts of what is, what a trusted caller records, and a share of all else. A
 * stranger's word would let it have all of its requests recorded, and the choice of its trace's id, too.
 */
export function tracerOn(take: (ended: RecordedSpan) => void, share: number): Tracer {
  const current = new AsyncLocalStorage<OurSpan | undefined>();
  const isRecorded = (origin: SpanContext | null, beginning: Beginning): boolean =>
    origin && beginning !== 'anew' && beginning.isTrusted
      ? (origin.traceFlags & TraceFlags.SAMPLED) !== 0
      : Math.random() < share;
  return {
    begin: (name, kind, attributes, beginning) => {
      const origin = originOf(beginning);
      if (!isRecorded(origin, beginning)) return origin ? new UnrecordedSpan(origin.traceId) : undefined;
      const { traceId, spanId } = origin ?? { traceId: newTraceId(), spanId: '' };
      return new RecordedSpan(name, kind, attributes, { traceId, spanId, isRemote: origin !== null }, take);
    },
    part: (whole, name, kind, attributes) => {
      const of = whole as RecordedSpan;
      const parent = { traceId: of.traceId, spanId: of.spanId, isRemote: false };
      return new RecordedSpan(name, kind, attributes, parent, take, of);
    },
    current: () => current.getStore(),
    unrecorded: () => unrecordedOf(newTraceId()),
    // Most are nothing, in nothing. What waited for another request, such as the next of its connection, may be within that.
    within: (span, work) =>
      span === current.getStore() ? work() : current.run(span as OurSpan | undefined, work),
  };
}
