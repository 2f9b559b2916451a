const [LEAST_INT, MOST_INT] = [-(2 ** 31), 2 ** 31 - 1];
const [FIRST_INSTANT, LAST_INSTANT] = [
  Date.parse('0001-01-01T00:00:00.000Z'),
  Date.parse('9999-12-31T23:59:59.999Z'),
];

/** A foreign system's number as it can be stored and shown: whole, in PostgreSQL's and the graph's 32 bits. */
export function tidyInt(value: number, least = LEAST_INT): number {
  return Math.trunc(Math.min(Math.max(value, least), MOST_INT));
}

/** And its time, from milliseconds: in the years that PostgreSQL and the graph's DateTime both hold. */
export function tidyInstant(milliseconds: number): Date {
  return new Date(Math.min(Math.max(milliseconds, FIRST_INSTANT), LAST_INSTANT));
}
