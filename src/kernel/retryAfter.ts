const MILLISECONDS = 1000;

/** What a server says of when to come again (RFC 9110 10.2.3), in seconds; undefined when it says nothing that makes sense. */
export function retryAfterOf({
  'retry-after': field,
}: {
  'retry-after'?: string | undefined;
}): number | undefined {
  if (field === undefined || field.trim() === '') return undefined;
  const seconds = Number(field);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined;
  const instant = Date.parse(field);
  return Number.isNaN(instant) ? undefined : Math.max(0, Math.ceil((instant - Date.now()) / MILLISECONDS));
}
