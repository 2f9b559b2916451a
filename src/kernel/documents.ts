import { createHash } from 'node:crypto';

/** Documents of GraphQL by their hashes. */
export type Manifest = ReadonlyMap<string, string>;

/** SHA-256 of a document's text, in hexadecimal. */
export const documentHash = (text: string): string => createHash('sha256').update(text).digest('hex');

export const manifestOf = (texts: readonly string[]): Manifest =>
  new Map(texts.map((text) => [documentHash(text), text]));
