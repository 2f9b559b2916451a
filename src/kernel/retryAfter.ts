const MILLISECONDS = 1000;
/** What more is counts as (RFC 9111 1.2.2). */
const MOST_DELAY = 2 ** 31;

/** Whole seconds, as HTTP has them; undefined for what makes no sense. */
export function delayOf(seconds: number): number | undefined {
  return seconds >= 0 ? Math.ceil(Math.min(seconds, MOST_DELAY)) : undefined;
}

/** What a server says of when to come again (RFC 9110 10.2.3), in whole seconds; undefined when it says nothing that makes sense. */
export function retryAfterOf({
  'retry-after': field,
}: {
  'retry-after'?: string | undefined;
}): number | undefined {
  if (field === undefined || field.trim() === '') return undefined;
  const seconds = Number(field);
  if (!Number.isNaN(seconds)) return delayOf(seconds);
  return delayOf(Math.max(0, (Date.parse(field) - Date.now()) / MILLISECONDS));
}
