import { Counter, Histogram, type Registry } from 'prom-client';

/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** What came of a request; every part comes from a bounded set, never from what strangers write. */
export interface Outcome {
  door: string;
  /** Of the door; `none` where the request names none that there is. */
  operation: string;
  /** `OK`, or the code of its first failure. */
  code: string;
}

/** Counts the requests of every door but forwarding, which keeps figures of its own. */
export class RequestMeter {
  readonly #requests: Counter<'door' | 'operation' | 'code'>;
  readonly #seconds: Histogram<'door' | 'operation'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'isthmus_requests_total',
      help: 'Requests that were answered, by door, operation and the code of the first failure, or OK',
      labelNames: ['door', 'operation', 'code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'isthmus_request_duration_seconds',
      help: 'Time until requests were answered; of subscriptions none',
      labelNames: ['door', 'operation'],
      buckets: BUCKETS,
      registers,
    });
  }

  /** Without a time for what lasts as long as its client likes. */
  count({ door, operation, code }: Outcome, milliseconds?: number): void {
    this.#requests.inc({ door, operation, code });
    if (milliseconds !== undefined) this.#seconds.observe({ door, operation }, milliseconds / 1000);
  }
}
