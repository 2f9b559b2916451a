import type { Span, SpanAttributes, SpanKind } from '../kernel/tracing.js';
import { newSpanId } from './ids.js';

/** What a span is a part of: another one, or nothing. */
export interface Parent {
  traceId: string;
  /** Empty for none. */
  spanId: string;
  /** Whether it is another process's. */
  isRemote: boolean;
}

/** A span that the collector gets once it has ended. */
export class RecordedSpan implements Span {
  readonly isRecorded = true;
  readonly spanId = newSpanId();
  /** Milliseconds since 1970: for a part by the clock of its whole, so that it ends within. */
  readonly startedAt: number;
  readonly #startedAt = performance.now();
  readonly attributes: Record<string, string | number>;
  /** Milliseconds, once it has ended. */
  duration = 0;
  failure: string | undefined;

  constructor(
    public name: string,
    readonly kind: SpanKind,
    attributes: SpanAttributes,
    readonly parent: Parent,
    private readonly take: (ended: RecordedSpan) => void,
    whole?: RecordedSpan,
  ) {
    this.startedAt = whole ? whole.startedAt + (this.#startedAt - whole.#startedAt) : Date.now();
    this.attributes = { ...attributes };
  }

  get traceId(): string {
    return this.parent.traceId;
  }

  get traceparent(): string {
    return `00-${this.traceId}-${this.spanId}-01`;
  }

  rename(name: string): void {
    this.name = name;
  }

  set(attributes: SpanAttributes): void {
    Object.assign(this.attributes, attributes);
  }

  end(failure?: string): void {
    this.failure = failure;
    this.duration = performance.now() - this.#startedAt;
    this.take(this);
  }
}
