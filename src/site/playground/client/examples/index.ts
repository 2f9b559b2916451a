import { DOMAINS } from './domains.js';
import { operationNameOf, type Example } from './example.js';
import { TOUR } from './tour.js';

export { operationNameOf };
export { Keys } from './keys.js';

/** The tabs that a new visitor finds: a first tour, then every domain. */
export const EXAMPLES: readonly Example[] = [...TOUR, ...DOMAINS];

export const exampleOf = (name: string): Example | undefined =>
  EXAMPLES.find(({ query }) => operationNameOf(query) === name);
