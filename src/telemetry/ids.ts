import { randomBytes } from 'node:crypto';

/** Hexadecimal digits of a trace's id and of a span's. */
const TRACE = 32;
const SPAN = 16;

/** Bytes that are made random at once: one by one, the ids of a forwarded request would take a fiftieth of its time. */
const POOL = 4096;

let pool = '';
let used = 0;

function next(digits: number): string {
  if (used + digits > pool.length) {
    pool = randomBytes(POOL).toString('hex');
    used = 0;
  }
  used += digits;
  return pool.slice(used - digits, used);
}

export const newTraceId = (): string => next(TRACE);
export const newSpanId = (): string => next(SPAN);
