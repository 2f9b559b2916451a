/** After this, graphql-js repeats a value that was given, up to the end of its message: it may hold a secret. */
const BEFORE_VALUE =
  /(cannot represent (?:an? )?(?:non[ -](?:32-bit signed integer|boolean|enum|integer|numeric|object|string|string and non-integer) )?value|found (?:Block)?String|has invalid value):? /;

/** The message of graphql-js without the value that it speaks of. */
export function withoutValue(message: string): string {
  const found = BEFORE_VALUE.exec(message);
  return found ? message.slice(0, found.index + (found[1]?.length ?? 0)) : message;
}
