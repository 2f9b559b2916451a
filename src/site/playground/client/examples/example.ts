import type { KeyOf } from './keys.js';

/** A tab that a new visitor finds. */
export interface Example {
  /** Begins with what to know, and first what to run before it. */
  query: string;
  variables?: Record<string, unknown>;
  /** Of which variables the keys come from earlier answers. */
  wants?: Record<string, KeyOf>;
}

const NAME = /(?:query|mutation|subscription)\s+(\w+)/;

/** The name of a document's first operation, by which its tab is known. */
export const operationNameOf = (query: string): string | undefined => NAME.exec(query)?.[1];
