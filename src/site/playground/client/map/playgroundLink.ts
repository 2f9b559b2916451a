import { BASE } from '../base.js';
import { fragmentOf } from '../link.js';
import type { Operation } from './operation.js';

/** Where the Playground opens with an operation. */
export function playgroundLink({ query, variables }: Operation): string {
  return `${BASE}/playground${fragmentOf({ query, variables: JSON.stringify(variables, null, 2) })}`;
}
