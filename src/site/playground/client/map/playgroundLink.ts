import { BASE } from '../base.js';
import type { Operation } from './operation.js';

/** Where the Playground opens with an operation; it stands in the fragment, which no server sees. */
export function playgroundLink({ query, variables }: Operation): string {
  const fragment = new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) });
  return `${BASE}/playground#${fragment.toString()}`;
}
