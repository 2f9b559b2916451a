/** What is expected, by the name that JSON Schema or a validator has for it. */
const SPOKEN: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

export const mustBe = (...types: readonly string[]): string =>
  `must be ${types.map((type) => SPOKEN[type] ?? type).join(' or ')}`;
