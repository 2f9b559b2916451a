/** Upper bounds of the time to first byte, in seconds. */
export const BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

const CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export type StatusClass = (typeof CLASSES)[number];

const HUNDRED = 100;
/** Of what is beyond it, too: RFC 9110, 15. */
const LAST_CLASS = CLASSES.length - 1;
const MILLISECONDS = 1000;

/** The figures of one platform: plain numbers, since a metrics library's counters cost more than the rest of a request. */
export class Traffic {
  inFlight = 0;
  bytesUp = 0;
  bytesDown = 0;
  firstByteSum = 0;
  /** One more than there are bounds: the last counts what is above all. Not cumulative. */
  readonly firstByte: number[] = Array.from({ length: BUCKETS.length + 1 }, () => 0);
  readonly #requests: number[] = CLASSES.map(() => 0);

  /** A request is over. `status` is what the client was answered, 0 for nothing. */
  count(status: number, bytesUp: number, bytesDown: number): void {
    const index = Math.min(LAST_CLASS, Math.floor(status / HUNDRED));
    this.#requests[index] = (this.#requests[index] ?? 0) + 1;
    this.bytesUp += bytesUp;
    this.bytesDown += bytesDown;
  }

  observeFirstByte(milliseconds: number): void {
    const seconds = milliseconds / MILLISECONDS;
    let index = 0;
    while (index < BUCKETS.length && seconds > (BUCKETS[index] ?? Infinity)) index += 1;
    this.firstByte[index] = (this.firstByte[index] ?? 0) + 1;
    this.firstByteSum += seconds;
  }

  requests(): [StatusClass, number][] {
    return CLASSES.map((name, index) => [name, this.#requests[index] ?? 0]);
  }
}
