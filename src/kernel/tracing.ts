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
  /** What begins anew, or goes on with a caller's trace; undefined for what is neither recorded nor part of a trace. */
  begin: (name: string, kind: SpanKind, attributes: SpanAttributes, beginning: Beginning) => Span | undefined;
  /** A part of what is recorded. */
  part: (whole: Span, name: string, kind: SpanKind, attributes: SpanAttributes) => Span;
  /** What goes on now. */
  current: () => Span | undefined;
  /** The `traceparent` of what is no part of a trace: without one, who is called might record what is not recorded here. */
  unrecorded: () => string;
  /** Whatever goes on within `work` is a part of the span, or of nothing. */
  within: <T>(span: Span | undefined, work: () => T) => T;
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

/** Does `work` as a part of what goes on now, or of nothing with a `beginning`. Parts of what is not recorded are no spans. */
export function traced<T>(
  name: string,
  kind: SpanKind,
  attributes: SpanAttributes,
  work: () => Promise<T>,
  beginning?: Beginning,
): Promise<T> {
  if (!tracer) return work();
  if (beginning !== undefined) {
    const span = tracer.begin(name, kind, attributes, beginning);
    return span ? run(tracer, span, work) : tracer.within(undefined, work);
  }
  const whole = tracer.current();
  return whole?.isRecorded ? run(tracer, tracer.part(whole, name, kind, attributes), work) : work();
}

/** For an event of a connection, which comes from outside of what goes on: has it go on there. */
export function keepTrace(listener: () => void): () => void {
  const now = tracer;
  if (!now) return listener;
  const span = now.current();
  return () => now.within(span, listener);
}

/** As it tells who is called of which trace that is a part; undefined without a tracer. */
export const currentTraceparent = (): string | undefined =>
  tracer && (tracer.current()?.traceparent ?? tracer.unrecorded());

/** The same as header fields. */
export function traceHeaders(): { traceparent?: string } {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? {} : { traceparent };
}
