/** A value that was given, at the end of what graphql-js says of it: it may hold a secret. */
const QUOTED_VALUE = /(cannot represent [^:]{0,40}value|found (?:Block)?String|has invalid value):? [^]*$/;

/** The message of graphql-js without the value that it speaks of. */
export const withoutValue = (message: string): string => message.replace(QUOTED_VALUE, '$1');
