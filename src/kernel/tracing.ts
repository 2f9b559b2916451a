import { DomainError } from './errors.js';

export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A part of what goes on, from its beginning to its end. */
export interface Span {
  /** Whether anybody will see it. */
  readonly isRecorded: boolean;
  /** As the header field of this name tells it to who is called. */
  readonly traceparent: string;
  rename: (name: string) => void;
  set: (attributes: SpanAttributes) => void;
  /** With what failed, if anything did. */
  end: (failure?: string) => void;
}

/** The trace of a caller, which goes on here. */
export interface Origin {
  traceparent: string;
  /** Whether the caller may decide that it is recorded. */
  isTrusted: boolean;
}

/** What a part begins: nothing that went on before, or the trace of a caller. */
export type Beginning = 'anew' | Origin;

export interface Tracer {
  /** A part of what goes on now, unless it begins anew. Parts of what is not recorded are not, either. */
  begin: (name: string, kind: SpanKind, attributes: SpanAttributes, beginning?: Beginning) => Span;
  /** What goes on now. */
  current: () => Span | undefined;
  /** Whatever goes on within `work` is a part of the span. */
  within: <T>(span: Span, work: () => T) => T;
}

let tracer: Tracer | undefined;

/** Traces go nowhere, and cost nothing, until there is a tracer; one for the whole process, as its parts are everywhere. */
export function setTracer(next: Tracer | undefined): void {
  tracer = next;
}

export const currentTracer = (): Tracer | undefined => tracer;

const failureOf = (error: unknown): string => (error instanceof DomainError ? error.code : 'INTERNAL');

async function run<T>(using: Tracer, span: Span, work: () => Promise<T>): Promise<T> {
  try {
    const result = await using.within(span, work);
    span.end();
    return result;
  } catch (error) {
    span.end(failureOf(error));
    throw error;
  }
}

/** Does `work` as a span of its own. */
export function traced<T>(
  name: string,
  kind: SpanKind,
  attributes: SpanAttributes,
  work: () => Promise<T>,
  beginning?: Beginning,
): Promise<T> {
  // Parts of what is not recorded are nothing of their own.
  if (!tracer || (beginning === undefined && tracer.current()?.isRecorded === false)) return work();
  return run(tracer, tracer.begin(name, kind, attributes, beginning), work);
}

/** The header fields that tell who is called of which trace it is a part. */
export function traceHeaders(): { traceparent?: string } {
  const span = tracer?.current();
  return span ? { traceparent: span.traceparent } : {};
}
