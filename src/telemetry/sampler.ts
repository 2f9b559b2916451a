import { type Context, TraceFlags, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { IS_TRUSTED } from './tracer.js';

/**
 * Which traces are recorded: a part of what is, what a trusted caller records, and a share of all else. A stranger's
 * word would let it have all of its requests recorded, and the choice of its trace's id, too.
 */
export class OurSampler implements Sampler {
  constructor(private readonly share: number) {}

  shouldSample(context: Context): SamplingResult {
    const isRecorded = this.#isRecorded(context);
    return { decision: isRecorded ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `OurSampler{${this.share}}`;
  }

  #isRecorded(context: Context): boolean {
    const parent = trace.getSpanContext(context);
    if (!parent || (parent.isRemote && context.getValue(IS_TRUSTED) !== true))
      return Math.random() < this.share;
    return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
  }
}
